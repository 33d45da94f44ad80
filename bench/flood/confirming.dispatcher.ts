import { Dispatcher } from 'undici';
import { Confirmations } from '../scale/confirmations.js';

/** Every provider says yes, without a network. */
export class ConfirmingDispatcher extends Dispatcher {
  private readonly confirmations = new Confirmations('http://127.0.0.1:1');

  override dispatch(
    { path, body }: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
  ): boolean {
    const controller = { abort: () => undefined } as unknown as Dispatcher.DispatchController;
    const reply = Buffer.from(this.confirmations.answerTo(path, typeof body === 'string' ? body : ''));
    queueMicrotask(() => {
      handler.onRequestStart?.(controller, undefined);
      handler.onResponseStart?.(controller, 200, { 'content-type': 'application/json' }, 'OK');
      handler.onResponseData?.(controller, reply);
      handler.onResponseEnd?.(controller, {});
    });
    return true;
  }

  override close(): Promise<void> {
    return Promise.resolve();
  }
}
