import type { Sandbox } from './sandbox.js';

/** The running sandbox's credentials as environment variables, ready to paste. */
export function environmentOf({ providers }: Sandbox): string {
  const { checkify, engagelab, humanproof, verifyid } = providers;
  return [
    `CHECKIFY_API_KEY=${checkify.apiKey}`,
    `CHECKIFY_BASE_URL=${checkify.baseUrl}`,
    `ENGAGELAB_DEV_KEY=${engagelab.devKey}`,
    `ENGAGELAB_DEV_SECRET=${engagelab.devSecret}`,
    `ENGAGELAB_BASE_URL=${engagelab.baseUrl}`,
    `HUMANPROOF_SECRET=${humanproof.secret}`,
    `HUMANPROOF_BASE_URL=${humanproof.baseUrl}`,
    `VERIFYID_PLUGIN_KEY=${verifyid.pluginKey}`,
    `VERIFYID_BASE_URL=${verifyid.baseUrl}`,
  ].join('\n');
}

/** A shell script that takes one proof through each emulated API. */
export function examplesFor({ url, baseUrls, credentials }: Sandbox): string {
  const { checkify, engagelab, humanproof, verifyid } = credentials;
  const post = `curl -s -H 'Content-Type: application/json'`;
  const returnUrl = encodeURIComponent('http://localhost:3000/return');
  return `# Checkify: a person approves, the server verifies
REQUEST=$(curl -s -X POST "${url}/control/checkify/approved?type=age_over_18")
${post} -H 'Authorization: Bearer ${checkify.apiKey}' ${baseUrls.checkify}/v1/qr/results/verify \\
  -d '{"request_id":"'$REQUEST'","required_claims":["age_over_18"],"consume":true}'; echo

# EngageLab OTP: send a code, read it off the "phone", verify it
MESSAGE=$(${post} -u ${engagelab.devKey}:${engagelab.devSecret} ${baseUrls.engagelab}/v1/messages \\
  -d '{"to":"+4512345678","template":{"id":"${engagelab.templateId}"}}' | tr -dc 0-9)
CODE=$(curl -s "${url}/control/engagelab/code?to=+4512345678")
${post} -u ${engagelab.devKey}:${engagelab.devSecret} ${baseUrls.engagelab}/v1/verifications \\
  -d '{"message_id":"'$MESSAGE'","verify_code":"'$CODE'"}'; echo

# HumanProof: a token of the widget, verified
TOKEN=$(curl -s -X POST ${url}/control/humanproof/token)
${post} ${baseUrls.humanproof}/api/siteverify -d '{"secret":"${humanproof.secret}","response":"'$TOKEN'"}'; echo

# VerifyID: start a login, log in as a person of 21, check the token
DEVICE=2f1c3a52-8f0e-4c0b-9d55-0a7f1f0c1a11
curl -s "${baseUrls.verifyid}/api/url_generator_s/${verifyid.pluginKey}/$DEVICE/18?domain=${returnUrl}"; echo
TOKEN=$(curl -s -X POST "${url}/control/verifyid/login?url=$DEVICE&age=21")
curl -s ${baseUrls.verifyid}/api/auth_check/$TOKEN/$DEVICE; echo

# Trouble: the next Checkify call answers 503, unless you take it back
curl -s ${url}/control/faults -d '{"provider":"checkify","status":503}'
curl -s -X DELETE ${url}/control/faults`;
}
