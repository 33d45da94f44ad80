import { Dispatcher } from 'undici';

/** Answers Checkify's verify call without a network. */
export class ImmediateDispatcher extends Dispatcher {
  override dispatch({ body }: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const controller = { abort: () => undefined } as unknown as Dispatcher.DispatchController;
    const { request_id } = JSON.parse(body as string) as { request_id: string };
    const reply = Buffer.from(
      `{"success":true,"status":"completed","request_id":"${request_id}","approved_claims":{"human_verified":true}}`,
    );
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
