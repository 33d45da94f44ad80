/** Evidence by field name. */
export type Evidence = Readonly<Record<string, string>>;

/**
 * Prepares the repetition of a request whose body has not been read.
 * @throws TypeError for a body that can carry no evidence.
 */
export async function withEvidence(request: Request): Promise<(evidence: Evidence) => Request> {
  const { method, url, headers } = request;
  if (method === 'GET' || method === 'HEAD') {
    return evidence => {
      const to = new URL(url);
      for (const [name, text] of Object.entries(evidence)) to.searchParams.set(name, text);
      return new Request(to, request);
    };
  }
  const type = headers.get('content-type') ?? '';
  if (type === '' || /\bjson\b/i.test(type)) {
    const body: unknown = type === '' ? {} : await request.json();
    if (typeof body === 'object' && body !== null && !Array.isArray(body))
      return evidence =>
        rewritten(request, JSON.stringify({ ...body, ...evidence }), type || 'application/json');
  } else if (/^(multipart\/form-data|application\/x-www-form-urlencoded)\b/i.test(type)) {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- Node's types say so of servers; this runs in browsers
    const form = await request.formData();
    return evidence => {
      for (const [name, text] of Object.entries(evidence)) form.set(name, text);
      const isMultipart = /^multipart/i.test(type);
      // A multipart body brings its own type, with a boundary.
      return rewritten(request, isMultipart ? form : new URLSearchParams([...form] as [string, string][]));
    };
  }
  throw new TypeError(
    `verifiedFetch() cannot add evidence to a body of type "${type}". Send a JSON object, FormData or URLSearchParams.`,
  );
}

function rewritten(request: Request, body: string | FormData | URLSearchParams, type?: string): Request {
  const headers = new Headers(request.headers);
  headers.delete('content-type');
  if (type !== undefined) headers.set('content-type', type);
  return new Request(request, { headers, body });
}
