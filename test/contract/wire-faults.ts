import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { Play } from './faulty-server.js';
import type { Body, Subject } from './subjects.js';

/** What may become of a fault; nothing here is a *yes*. */
export type Refusal =
  | 'provider_unavailable'
  | 'provider_protocol'
  | 'provider_rate_limited'
  | 'provider_refused'
  | 'rejected'
  /** A *no* or a protocol error, as the provider's documents have it. */
  | 'no_or_protocol';

/** A way in which a *yes* can come across wrong. */
export interface WireFault {
  readonly title: string;
  readonly expected: Refusal;
  /** Whether only the time limit ends it. */
  readonly stalls?: boolean;
  /** What the server does with the connection, where it is never asked. */
  readonly greet?: (socket: Socket) => void;
  /** What it does with the request, made from the *yes* that would have been right. */
  readonly play?: (success: Body, elsewhere: string) => Play;
}

/** The longest reply the modules under test read, in bytes. */
export const MAX_RESPONSE_BYTES = 8192;

function head(status: string, headers: Readonly<Record<string, string | number>> = {}): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}\r\n`);
  return `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\n${lines.join('')}\r\n`;
}

function whole(status: string, text: string | Buffer, headers: Readonly<Record<string, string>> = {}): Play {
  const body = Buffer.from(text);
  return socket => {
    socket.write(
      Buffer.concat([Buffer.from(head(status, { 'content-length': body.length, ...headers })), body]),
    );
  };
}

const raw =
  (bytes: string): Play =>
  socket => {
    socket.end(bytes);
  };

/** The same bytes for every provider. */
function text(title: string, body: string): WireFault {
  return { title, expected: 'provider_protocol', play: () => whole('200 OK', body) };
}

/** A success body with a change in it. */
function changed(
  title: string,
  change: (success: Body) => unknown,
  expected: Refusal = 'provider_protocol',
): WireFault {
  return { title, expected, play: success => whole('200 OK', JSON.stringify(change(success))) };
}

/** A success body under a status. */
function under(status: string, expected: Refusal, headers?: Readonly<Record<string, string>>): WireFault {
  return {
    title: `a yes under ${status}`,
    expected,
    play: success => whole(status, JSON.stringify(success), headers),
  };
}

/** What a proxy, a firewall or a web server says before the provider was asked. */
function page(status: string, expected: Refusal): WireFault {
  return {
    title: `an intermediary’s page under ${status}`,
    expected,
    play: () => whole(status, '<!doctype html><h1>Blocked</h1>', { 'content-type': 'text/html' }),
  };
}

function repeatedly(socket: Socket, intervalMs: number, write: () => void): void {
  const timer = setInterval(write, intervalMs);
  socket.on('close', () => {
    clearInterval(timer);
  });
}

const STATUSES: readonly WireFault[] = [
  under('201 Created', 'provider_protocol'),
  under('202 Accepted', 'provider_protocol'),
  under('203 Non-Authoritative', 'provider_protocol'),
  ...['204 No Content', '304 Not Modified'].map((status): WireFault => ({
    title: `a yes under ${status}, which has no body`,
    expected: 'provider_protocol',
    play: success => raw(head(status) + JSON.stringify(success)),
  })),
  under('206 Partial Content', 'provider_protocol'),
  ...['301 Moved', '302 Found', '303 See Other', '307 Temporary', '308 Permanent'].map(
    (status): WireFault => ({
      title: `a yes under ${status}, with a Location`,
      expected: 'provider_protocol',
      play: (success, elsewhere) => whole(status, JSON.stringify(success), { location: elsewhere }),
    }),
  ),
  ...['204 No Content', '304 Not Modified'].map(status => under(status, 'provider_unavailable')),
  ...['400 Bad Request', '404 Not Found', '409 Conflict', '410 Gone', '418 Teapot', '422 Unprocessable'].map(
    status => under(status, 'provider_protocol'),
  ),
  under('401 Unauthorized', 'provider_protocol'),
  under('402 Payment Required', 'provider_protocol'),
  under('403 Forbidden', 'provider_protocol'),
  under('407 Proxy Authentication Required', 'provider_protocol'),
  under('429 Too Many Requests', 'provider_rate_limited', { 'retry-after': '1' }),
  ...['500 Error', '501 Not Implemented', '502 Bad Gateway', '503 Unavailable', '504 Timeout', '599 Odd'].map(
    status => under(status, 'provider_unavailable'),
  ),
  under('600 Beyond', 'provider_unavailable'),
  ...['401 Unauthorized', '402 Payment Required', '403 Forbidden', '404 Not Found', '407 Proxy'].map(status =>
    page(status, 'provider_protocol'),
  ),
  // All that varies in a request is its evidence.
  ...['400 Bad Request', '413 Too Large', '414 Too Long', '431 Fields Too Large'].map(status =>
    page(status, 'rejected'),
  ),
];

const TEXTS: readonly WireFault[] = [
  text('HTML', '<!doctype html><title>true</title>'),
  text('nothing at all', ''),
  text('white space', ' \r\n '),
  text('null', 'null'),
  text('true', 'true'),
  text('a number', '200'),
  text('an empty array', '[]'),
  text('an empty object', '{}'),
  text('a string', '"success"'),
  text('an object that is deeply nested', '{"a":'.repeat(1000) + '1' + '}'.repeat(1000)),
  text('text in another encoding', '\u0000{\u0000"\u0000}'),
  changed('the yes in an array', success => [success]),
  changed('the yes in a string', success => JSON.stringify(success)),
  changed('the yes one level down', success => ({ data: success })),
  changed('the yes as the prototype', success => ({ ['__proto__']: success })),
  changed('the yes under "constructor"', success => ({ constructor: { prototype: success } })),
  changed('the names in capitals', success =>
    Object.fromEntries(Object.entries(success).map(([name, value]) => [name.toUpperCase(), value])),
  ),
  changed('the names with a space after', success =>
    Object.fromEntries(Object.entries(success).map(([name, value]) => [`${name} `, value])),
  ),
  {
    title: 'the yes as the prototype, as raw text',
    expected: 'provider_protocol',
    play: success => whole('200 OK', `{"__proto__":${JSON.stringify(success)}}`),
  },
  {
    title: 'a yes that lacks its last character',
    expected: 'provider_protocol',
    play: success => whole('200 OK', JSON.stringify(success).slice(0, -1)),
  },
  {
    title: 'half a yes',
    expected: 'provider_protocol',
    play: success => whole('200 OK', half(success)),
  },
  {
    title: 'a yes, and more text',
    expected: 'provider_protocol',
    play: success => whole('200 OK', `${JSON.stringify(success)}${JSON.stringify(success)}`),
  },
  {
    title: 'a yes with a comment',
    expected: 'provider_protocol',
    play: success => whole('200 OK', `/**/${JSON.stringify(success)}`),
  },
  {
    title: 'a yes as JSONP',
    expected: 'provider_protocol',
    play: success => whole('200 OK', `callback(${JSON.stringify(success)})`),
  },
  {
    title: 'a yes that takes every member back',
    expected: 'no_or_protocol',
    play: success => {
      const denials = Object.keys(success).map(name => `${JSON.stringify(name)}:false`);
      return whole('200 OK', `${JSON.stringify(success).slice(0, -1)},${denials.join(',')}}`);
    },
  },
  {
    title: 'a yes that said no before',
    expected: 'provider_protocol',
    play: success => {
      const denials = Object.keys(success).map(name => `${JSON.stringify(name)}:false`);
      return whole('200 OK', `{${denials.join(',')},${JSON.stringify(success).slice(1)}`);
    },
  },
  {
    title: 'a yes that says yes twice, once in escapes',
    expected: 'provider_protocol',
    play: success => {
      const [name = '', value] = Object.entries(success)[0] ?? [];
      const escaped = Array.from(name)
        .map(each => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`)
        .join('');
      return whole('200 OK', `{"${escaped}":${JSON.stringify(value)},${JSON.stringify(success).slice(1)}`);
    },
  },
  {
    title: 'a megabyte of yes in a kilobyte of gzip',
    expected: 'provider_protocol',
    play: success =>
      whole('200 OK', gzipSync(JSON.stringify(success) + ' '.repeat(1_000_000)), {
        'content-encoding': 'gzip',
      }),
  },
  ...['gzip', 'deflate', 'br', 'x-unknown'].map((encoding): WireFault => ({
    title: `a yes in gzip, called ${encoding}`,
    expected: 'provider_protocol',
    play: success => whole('200 OK', gzipSync(JSON.stringify(success)), { 'content-encoding': encoding }),
  })),
];

const CONTRADICTIONS: readonly WireFault[] = [
  ...['failed', '', {}, { code: 'x' }, [], true, false, 0].map(error =>
    changed(`a yes beside error: ${JSON.stringify(error)}`, success => ({ ...success, error })),
  ),
  ...[['x'], [], { a: 1 }, 'x'].map(errors =>
    changed(`a yes beside errors: ${JSON.stringify(errors)}`, success => ({ ...success, errors })),
  ),
  ...[3003, 0, 200, '3003', 'result_expired'].map(code =>
    changed(`a yes beside code: ${JSON.stringify(code)}`, success => ({ ...success, code })),
  ),
  ...['success', 'verified'].flatMap(name =>
    [false, 'false', 'true', 0, 1, {}].map(value =>
      changed(
        `a yes beside ${name}: ${JSON.stringify(value)}`,
        success => ({ ...success, [name]: value }),
        'no_or_protocol',
      ),
    ),
  ),
];

const SOCKETS: readonly WireFault[] = [
  {
    title: 'a connection closed at once',
    expected: 'provider_unavailable',
    greet: socket => void socket.destroy(),
  },
  {
    title: 'a connection reset at once',
    expected: 'provider_unavailable',
    greet: socket => void socket.resetAndDestroy(),
  },
  {
    title: 'a connection closed before the reply',
    expected: 'provider_unavailable',
    play: () => socket => void socket.destroy(),
  },
  {
    title: 'a connection reset before the reply',
    expected: 'provider_unavailable',
    play: () => socket => void socket.resetAndDestroy(),
  },
  {
    title: 'a yes cut off in the middle',
    expected: 'provider_unavailable',
    play: success => socket => {
      const length = JSON.stringify(success).length;
      socket.end(head('200 OK', { 'content-length': length }) + half(success));
    },
  },
  {
    title: 'a whole yes that promised one byte more',
    expected: 'provider_unavailable',
    play: success => socket => {
      const body = JSON.stringify(success);
      socket.end(head('200 OK', { 'content-length': body.length + 1 }) + body);
    },
  },
  {
    title: 'a chunked yes without its last chunk',
    expected: 'provider_unavailable',
    play: success => socket => {
      const body = JSON.stringify(success);
      socket.end(
        `${head('200 OK', { 'transfer-encoding': 'chunked' })}${body.length.toString(16)}\r\n${body}\r\n`,
      );
    },
  },
  {
    title: 'a chunk size that is no number',
    expected: 'provider_unavailable',
    play: success =>
      raw(
        `${head('200 OK', { 'transfer-encoding': 'chunked' })}zz\r\n${JSON.stringify(success)}\r\n0\r\n\r\n`,
      ),
  },
  {
    title: 'two lengths',
    expected: 'provider_unavailable',
    play: success => {
      const body = JSON.stringify(success);
      return raw(
        `HTTP/1.1 200 OK\r\ncontent-length: ${String(body.length)}\r\ncontent-length: ${String(body.length - 1)}\r\n\r\n${body}`,
      );
    },
  },
  {
    title: 'a length and chunks',
    expected: 'provider_unavailable',
    play: success => {
      const body = JSON.stringify(success);
      return raw(
        `${head('200 OK', { 'content-length': body.length, 'transfer-encoding': 'chunked' })}${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
      );
    },
  },
  ...[
    ['bytes that are no HTTP', '\u0000\u0001\u0002SSH-2.0-OpenSSH\r\n\r\n'],
    ['a yes without any head', ''],
    ['a version of HTTP that does not exist', 'HTTP/7.3 200 OK\r\n\r\n'],
    ['a status that is no number', 'HTTP/1.1 OK 200\r\n\r\n'],
    ['a status of two digits', 'HTTP/1.1 20 OK\r\n\r\n'],
    ['a header without a colon', 'HTTP/1.1 200 OK\r\nnonsense\r\n\r\n'],
  ].map(([title = '', before = '']): WireFault => ({
    title,
    expected: 'provider_unavailable',
    play: success => raw(`${before}${JSON.stringify(success)}`),
  })),
  {
    title: 'headers without end',
    expected: 'provider_unavailable',
    play: () => socket => {
      socket.write('HTTP/1.1 200 OK\r\n');
      repeatedly(socket, 1, () => socket.write(`x-filler: ${'x'.repeat(60_000)}\r\n`));
    },
  },
  {
    title: 'a length beyond the cap',
    expected: 'provider_protocol',
    play: () => socket => {
      socket.write(head('200 OK', { 'content-length': MAX_RESPONSE_BYTES + 1 }));
    },
  },
  {
    title: 'a yes padded beyond the cap',
    expected: 'provider_protocol',
    play: success => whole('200 OK', JSON.stringify(success) + ' '.repeat(MAX_RESPONSE_BYTES)),
  },
  {
    title: 'chunks without end',
    expected: 'provider_protocol',
    play: success => socket => {
      socket.write(head('200 OK', { 'transfer-encoding': 'chunked' }));
      const body = JSON.stringify(success);
      socket.write(`${body.length.toString(16)}\r\n${body}\r\n`);
      repeatedly(socket, 1, () => socket.write(`400\r\n${' '.repeat(1024)}\r\n`));
    },
  },
];

const STALLS: readonly WireFault[] = [
  {
    title: 'a connection that stays silent',
    stalls: true,
    expected: 'provider_unavailable',
    greet: () => undefined,
  },
  { title: 'no reply', stalls: true, expected: 'provider_unavailable', play: () => () => undefined },
  {
    title: 'a head and nothing more',
    stalls: true,
    expected: 'provider_unavailable',
    play: success => socket => {
      socket.write(head('200 OK', { 'content-length': JSON.stringify(success).length }));
    },
  },
  {
    title: 'a yes that lacks its last byte',
    stalls: true,
    expected: 'provider_unavailable',
    play: success => socket => {
      const body = JSON.stringify(success);
      socket.write(head('200 OK', { 'content-length': body.length }) + body.slice(0, -1));
    },
  },
  {
    title: 'a yes that drips in behind white space',
    stalls: true,
    expected: 'provider_unavailable',
    play: success => socket => {
      const body = `${' '.repeat(200)}${JSON.stringify(success)}`;
      socket.write(head('200 OK', { 'content-length': body.length }));
      let sent = 0;
      repeatedly(socket, 3, () => socket.write(body.charAt(sent++)));
    },
  },
  {
    title: 'interim replies without end',
    stalls: true,
    expected: 'provider_unavailable',
    play: () => socket => {
      repeatedly(socket, 5, () => socket.write('HTTP/1.1 103 Early Hints\r\n\r\n'));
    },
  },
];

function half(success: Body): string {
  const body = JSON.stringify(success);
  return body.slice(0, Math.floor(body.length / 2));
}

/** A copy with the member at `path` changed, or removed where `value` is `undefined`. */
export function withMember(body: Body, path: readonly string[], value: unknown): Body {
  const [name = '', ...rest] = path;
  const inner = rest.length === 0 ? value : withMember(body[name] as Body, rest, value);
  return { ...body, [name]: inner };
}

function memberOf(body: Body, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => (value as Body)[name], body);
}

/** What a member could be mistaken for. */
const LOOKALIKES: readonly [string, (value: unknown) => unknown][] = [
  ['is missing', () => undefined],
  ['is null', () => null],
  ['is false', () => false],
  ['is 1', () => 1],
  ['is "true"', () => 'true'],
  ['is "false"', () => 'false'],
  ['is ""', () => ''],
  ['is in an array', value => [value]],
  ['is in an object', value => ({ value })],
  ['is the names of itself', value => (typeof value === 'object' ? Object.keys(value as Body) : [])],
  ['is the text of itself', value => (typeof value === 'string' ? `"${value}"` : JSON.stringify(value))],
];

/** Every fault that a subject's own *yes* can have. */
export function faultsOf({ decisive, echoes, successBody, evidence }: Subject): readonly WireFault[] {
  const sample = successBody(evidence('sample'));
  const mutations = decisive.flatMap(path =>
    LOOKALIKES.filter(([, mistake]) => mistake(memberOf(sample, path)) !== memberOf(sample, path)).map(
      ([what, mistake]) =>
        changed(
          `a yes whose ${path.join('.')} ${what}`,
          success => withMember(success, path, mistake(memberOf(success, path))),
          'no_or_protocol',
        ),
    ),
  );
  const inherited = decisive.map(path =>
    changed(
      `a yes whose ${path.join('.')} is inherited`,
      success => {
        const stripped = withMember(success, path, undefined);
        const parent = path.slice(0, -1);
        const at = (name: string): readonly string[] => [...parent, name];
        return withMember(stripped, at('__proto__'), { [path.at(-1)!]: memberOf(success, path) });
      },
      'no_or_protocol',
    ),
  );
  const strangers = echoes.map(name =>
    changed(`a yes to another ${name}`, success => ({ ...success, [name]: 'someone-else' })),
  );
  return [
    ...STATUSES,
    ...TEXTS,
    ...CONTRADICTIONS,
    ...SOCKETS,
    ...STALLS,
    ...mutations,
    ...inherited,
    ...strangers,
  ];
}
