// One line per API: the sandbox emulates what this file exports, each below `/<name>`.
export { checkify } from './checkify/checkify.manifest.js';
export { engagelab } from './engagelab/engagelab.manifest.js';
export { humanproof } from './humanproof/humanproof.manifest.js';
export { verifyid } from './verifyid/verifyid.manifest.js';
