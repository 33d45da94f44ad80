// One line per provider: what this file exports is what exists.
export { CheckifyService as checkify } from './checkify/checkify.service.js';
export { EngageLabOtpService as engagelab } from './engagelab/engagelab.service.js';
export { HumanProofService as humanproof } from './humanproof/humanproof.service.js';
export { VerifyIdService as verifyid } from './verifyid/verifyid.service.js';
