import type { Finding, Invocation } from './finding.js';

/**
 * Sorts findings into the order in which providers are asked. Those that will be refused come first, so that they cost no
 * other proof. So do those whose look-up fails, because asking about them fails as well.
 */
export async function inAskingOrder(
  findings: readonly Finding[],
  invocation: Invocation,
): Promise<readonly Finding[]> {
  const looks = await Promise.all(findings.map(finding => look(finding, invocation)));
  return [...looks.filter(each => each.isFirst), ...looks.filter(each => !each.isFirst)].map(
    ({ finding }) => finding,
  );
}

async function look(
  finding: Finding,
  invocation: Invocation,
): Promise<{ readonly finding: Finding; readonly isFirst: boolean }> {
  if (finding.kind === 'receipt') return { finding, isFirst: false };
  const { evidence, planned } = finding;
  const { provider, check } = planned;
  if (provider.willRefuse === undefined) return { finding, isFirst: false };
  try {
    const ahead = finding.ahead ?? provider.lookAhead?.(check, evidence, invocation);
    const isFirst = provider.willRefuse(check, evidence, await ahead);
    return { finding: { ...finding, ahead }, isFirst };
  } catch {
    return { finding, isFirst: true }; // `ask` will fail in its own words
  }
}
