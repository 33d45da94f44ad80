import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { startSandbox } from 'nestjs-verification/sandbox';
import { EventStream } from '../../lib/src/sandbox/console/event-stream.js';
import { EventReader } from './event-reader.js';

const MEGABYTE = 1_000_000;

describe('an event stream', () => {
  let server: Server;
  let url: string;
  let count: number;
  let size: number;
  let stream: EventStream;
  let responses: ServerResponse[];

  beforeEach(async () => {
    jest.useFakeTimers({ advanceTimers: false, doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    [count, size, responses] = [0, 1, []];
    stream = new EventStream(() => ({ steady: ['same'], changing: [(count += 1), 'x'.repeat(size)] }));
    server = createServer((_, response) => {
      responses.push(response);
      stream.open(response);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(async () => {
    jest.useRealTimers();
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  });

  it('tells a list again only when it changed', async () => {
    const reader = await EventReader.open(url);
    await reader.list<unknown>('changing', ([number]) => number === 1);
    jest.advanceTimersByTime(200);
    await reader.list<unknown>('changing', ([number]) => number === 2);
    expect(reader.text.match(/event: steady/g)).toHaveLength(1);
    reader.close();
  });

  it('does not pile up for a reader that does not read', async () => {
    size = MEGABYTE;
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.pause().write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    while (responses.length === 0) await new Promise(setImmediate);
    jest.advanceTimersByTime(200 * 100);
    expect(count).toBe(101);
    expect(responses[0]!.writableLength).toBeLessThan(3 * MEGABYTE);
    socket.destroy();
  });

  it('stops when its last reader leaves', async () => {
    const reader = await EventReader.open(url);
    await reader.list('steady');
    expect(jest.getTimerCount()).toBe(1);
    reader.close();
    await once(responses[0]!, 'close');
    expect(jest.getTimerCount()).toBe(0);
  });

  it('turns away the thirty-third', async () => {
    const readers = [];
    for (let index = 0; index < 32; index += 1) readers.push(await EventReader.open(url));
    expect((await fetch(url)).status).toBe(503);
    for (const reader of readers) reader.close();
  });

  it('leaves a response alone that is closed already', async () => {
    const reader = await EventReader.open(url);
    responses[0]!.destroy();
    await reader.ended();
    stream.open(responses[0]!);
    expect(jest.getTimerCount()).toBe(0);
  });
});

it.each(['/console/events', '/inbox/events'])('close() of the sandbox ends %s', async path => {
  const sandbox = await startSandbox();
  const reader = await EventReader.open(sandbox.url + path);
  await reader.list('messages');
  await Promise.all([sandbox.close(), reader.ended()]);
});
