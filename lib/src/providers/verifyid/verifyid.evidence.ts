import { DeclaredEvidence, inBody, inQuery } from '../declared-evidence.js';
import type { VerifyIdEvidence } from './verifyid.types.js';

const inBodyOrQuery = (name: string) => [...inBody(name), ...inQuery(name)];

function declared(acceptsDeviceId: boolean, hasSubject: boolean): DeclaredEvidence<VerifyIdEvidence> {
  return new DeclaredEvidence<VerifyIdEvidence>(
    {
      // Token and device id become part of a path.
      token: { fields: [...inBodyOrQuery('token_age_verified'), ...inBodyOrQuery('token')], maxLength: 2048 },
      challengeId: { fields: inBodyOrQuery('challenge_id'), maxLength: 128 },
      deviceId: { fields: acceptsDeviceId ? inBodyOrQuery('device_id') : [], maxLength: 128 },
    },
    [
      ...(acceptsDeviceId ? [['token', 'challengeId', 'deviceId'] as const] : []),
      ['token', 'challengeId'],
      ...(acceptsDeviceId ? [['token', 'deviceId'] as const] : []),
      ...(hasSubject ? [['token'] as const] : []),
    ],
  );
}

const DECLARED = [false, true].map(accepts => [false, true].map(has => declared(accepts, has)));

/**
 * Declares where the evidence of a login is in a request: the token with the challenge's id, with the browser's own device id
 * where that is accepted, or alone where the route knows whose login it must be.
 */
export function verifyIdEvidence(
  acceptsDeviceId: boolean,
  hasSubject: boolean,
): DeclaredEvidence<VerifyIdEvidence> {
  const found = DECLARED[Number(acceptsDeviceId)]?.[Number(hasSubject)];
  return found ?? declared(acceptsDeviceId, hasSubject);
}
