/**
 * Posts fields as JSON. Resolves for refusals too: to the status, the code, the seconds to wait and the body. Without an
 * answer, the status is 0.
 */
export async function post(url, fields) {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      body: JSON.stringify(fields),
    });
    const text = await response.text();
    const body = text === '' ? {} : JSON.parse(text);
    const seconds = Number(response.headers.get('retry-after') ?? 0);
    return { ok: response.ok, status: response.status, code: body.code, seconds, body };
  } catch {
    return { ok: false, status: 0, code: 'no_answer', seconds: 0, body: {} };
  }
}
