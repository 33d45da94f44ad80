import { DeclaredEvidence, inBody, inQuery } from '../declared-evidence.js';
import type { CheckifyEvidence } from './checkify.types.js';

/** The fields that carry the request id of a session. A poll token comes only from an `evidence` function. */
export function checkifyEvidence(): DeclaredEvidence<CheckifyEvidence> {
  return new DeclaredEvidence<CheckifyEvidence>(
    { requestId: { fields: [...inBody('checkify_token'), ...inQuery('checkify_request_id')] }, token: {} },
    [['requestId'], ['token']],
  );
}
