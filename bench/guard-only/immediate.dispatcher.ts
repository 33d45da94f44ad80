import { Dispatcher } from 'undici';

/** Answers without a network; Checkify's verify call unless told otherwise. */
export class ImmediateDispatcher extends Dispatcher {
  constructor(private readonly answerTo: (path: string, body: string) => string = verified) {
    super();
  }

  override dispatch(
    { path, body }: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
  ): boolean {
    const controller = { abort: () => undefined } as unknown as Dispatcher.DispatchController;
    const reply = Buffer.from(this.answerTo(path, typeof body === 'string' ? body : ''));
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

function verified(_: string, body: string): string {
  const { request_id } = JSON.parse(body) as { request_id: string };
  return `{"success":true,"status":"completed","request_id":"${request_id}","approved_claims":{"human_verified":true}}`;
}
