import type { buildConnector } from 'undici';

/** The longest interim answer that is looked for, in bytes. */
const LONGEST_INTERIM = 8192;
/** The beginning of an interim answer. 101 is none: no other answer follows it. */
const INTERIM = /^HTTP\/1\.[01] 1(?!01)\d\d[ \r]/;
const BEGINNING = 'HTTP/1.1 1';
/** The place of the first digit of the status, and that digit of an interim answer. */
const [FIRST_DIGIT, ONE] = [BEGINNING.length - 1, 0x31];

/**
 * Lets sockets drop interim answers such as `100 Continue` before an answer. We never ask for one, but some proxies send
 * it, and undici ends the connection then, so that the proof is lost.
 */
export function droppingContinue(connect: buildConnector.connector): buildConnector.connector {
  return (options, callback) => {
    connect(options, (...[error, socket]: Parameters<buildConnector.Callback>) => {
      if (error !== null)
        callback(error, null); // undici passes one argument then
      else callback(null, dropContinue(socket));
    });
  };
}

function dropContinue<S extends NonNullable<Parameters<buildConnector.Callback>[1]>>(socket: S): S {
  const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
  const read = socket.read.bind(socket) as () => Buffer | null;
  let begins = false; // whether the next bytes begin an answer: one request at a time is on a connection
  let held: Buffer | undefined;
  socket.write = (...args: unknown[]) => {
    begins = true;
    return write(...args);
  };
  socket.read = () => {
    for (let chunk = read(); chunk !== null; chunk = read()) {
      if (!begins) return chunk;
      const rest = afterContinue(held === undefined ? chunk : Buffer.concat([held, chunk]));
      held = rest.isOpen ? rest.bytes : undefined;
      if (rest.isOpen) continue;
      begins = false;
      return rest.bytes;
    }
    return null;
  };
  return socket;
}

/** Returns what follows the interim answers that `bytes` begin with, and whether more bytes are needed to tell. */
function afterContinue(bytes: Buffer): { readonly bytes: Buffer; readonly isOpen: boolean } {
  if (bytes.length < 13)
    return { bytes, isOpen: BEGINNING.startsWith(bytes.toString('latin1', 0, BEGINNING.length)) };
  if (bytes[FIRST_DIGIT] !== ONE || !INTERIM.test(bytes.toString('latin1', 0, 13)))
    return { bytes, isOpen: false };
  const end = bytes.indexOf('\r\n\r\n');
  if (end === -1) return { bytes, isOpen: bytes.length < LONGEST_INTERIM };
  return afterContinue(bytes.subarray(end + 4));
}
