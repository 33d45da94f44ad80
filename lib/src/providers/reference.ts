import { hash } from 'node:crypto';
import type { Evidence } from '../contract/evidence.js';

/** The same for the same evidence, and nothing can be told from it. */
export function referenceOf(provider: string, evidence: Evidence): string {
  const texts = Object.values(evidence).filter(text => text !== undefined);
  return hash('sha256', `${provider}\0${texts.join('\0')}`, 'base64url').slice(0, 22);
}
