import { DeclaredEvidence, inBody, inQuery } from '../declared-evidence.js';
import type { VerifyIdEvidence } from './verifyid.types.js';

const inBodyOrQuery = (name: string) => [...inBody(name), ...inQuery(name)];

const MEMBERS = {
  // Token and device id become part of a path.
  token: { fields: [...inBodyOrQuery('token_age_verified'), ...inBodyOrQuery('token')], maxLength: 2048 },
  challengeId: { fields: inBodyOrQuery('challenge_id'), maxLength: 128 },
  deviceId: { maxLength: 128 },
};
const WITH_DEVICE_ID = { ...MEMBERS, deviceId: { fields: inBodyOrQuery('device_id'), maxLength: 128 } };

function declared(acceptsDeviceId: boolean, hasSubject: boolean): DeclaredEvidence<VerifyIdEvidence> {
  const both = ['token', 'challengeId', 'deviceId'] as const;
  const byDevice = acceptsDeviceId ? [['token', 'deviceId'] as const] : [];
  const bySubject = hasSubject ? [['token'] as const] : [];
  return new DeclaredEvidence<VerifyIdEvidence>(acceptsDeviceId ? WITH_DEVICE_ID : MEMBERS, [
    ...(acceptsDeviceId ? [both] : []),
    ['token', 'challengeId'],
    ...byDevice,
    ...bySubject,
  ]);
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
