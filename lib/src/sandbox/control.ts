import type { ApiRequest } from './http/api-request.js';
import type { CheckifyEmulator } from './checkify/checkify.emulator.js';
import { isRequestType, type CheckifyRequestType } from './checkify/checkify-session.js';
import type { EngageLabEmulator } from './engagelab/engagelab.emulator.js';
import { parseFault } from './faults/fault.js';
import type { FaultQueue } from './faults/fault-queue.js';
import type { HumanProofEmulator } from './humanproof/humanproof.emulator.js';
import { parseObject } from '../wire/json.js';
import { text, type Reply } from './http/reply.js';
import { match } from './http/route.js';
import { SandboxError } from './sandbox.error.js';
import type { VerifyIdEmulator } from './verifyid/verifyid.emulator.js';

/** What the control surface steers. */
export interface Controlled {
  readonly checkify: CheckifyEmulator;
  readonly engagelab: EngageLabEmulator;
  readonly humanproof: HumanProofEmulator;
  readonly verifyid: VerifyIdEmulator;
  readonly faults: FaultQueue;
}

/** Answers a request under `/control/`: the handles of the sandbox for curl, each answer a bare line of text. */
export function control(request: ApiRequest, sandbox: Controlled): Reply {
  try {
    const line = steer(request, sandbox);
    return line === undefined ? text(404, 'The sandbox has no such control.') : text(200, line);
  } catch (error) {
    if (!(error instanceof SandboxError)) throw error;
    return text(error.code === 'not_found' ? 404 : 400, error.message);
  }
}

function steer(request: ApiRequest, { checkify, engagelab, humanproof, verifyid, faults }: Controlled) {
  const { query } = request;
  if (match(request, 'POST /checkify/started'))
    return checkify.start({ requestType: typeOf(query) }).requestId;
  if (match(request, 'POST /checkify/approved')) {
    const { requestId } = checkify.start({ requestType: typeOf(query) });
    checkify.approve(requestId);
    return requestId;
  }
  const approved = match(request, 'POST /checkify/approve/*')?.[0];
  if (approved !== undefined) {
    checkify.approve(approved);
    return approved;
  }
  const expired = match(request, 'POST /checkify/expire/*')?.[0];
  if (expired !== undefined) {
    checkify.expire(expired);
    return expired;
  }
  if (match(request, 'GET /engagelab/code')) return engagelab.lastCode(recipientOf(query));
  if (match(request, 'POST /humanproof/token')) return humanproof.issueToken();
  if (match(request, 'POST /verifyid/login')) return verifyid.login(query.get('url') ?? '', ageOf(query));
  if (match(request, 'POST /faults')) {
    faults.inject(parseFault(parseObject(request.body)));
    return 'injected';
  }
  if (match(request, 'DELETE /faults')) {
    faults.clear();
    return 'cleared';
  }
  return undefined;
}

function typeOf(query: URLSearchParams): CheckifyRequestType {
  const type = query.get('type') ?? 'human';
  if (isRequestType(type)) return type;
  throw new SandboxError('invalid', 'type must be human or age_over_N with N from 10 to 110.');
}

// `?to=+45…` typed into a shell arrives as a space.
function recipientOf(query: URLSearchParams): string {
  return (query.get('to') ?? '').replace(/^ /, '+');
}

function ageOf(query: URLSearchParams): number | null {
  const age = query.get('age') ?? '';
  if (age === 'none') return null;
  if (/^\d{1,3}$/.test(age)) return Number(age);
  throw new SandboxError('invalid', 'age must be a whole number, or none.');
}
