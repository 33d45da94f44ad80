import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerWith } from '../pinned.process.js';

// The stand-in of every provider says yes at once: to Checkify's verify call, or to a siteverify.
const SITEVERIFY = JSON.stringify({
  success: true,
  challenge_ts: '2026-01-01T00:00:00Z',
  hostname: 'shop.example',
});

function verified(requestId: string): string {
  return `{"success":true,"status":"completed","request_id":${JSON.stringify(requestId)},"site_id":"site_1","business_id":"business_1","approved_claims":{"human_verified":true},"approved_fields":[]}`;
}

let calls = 0;

const server = createServer({ keepAliveTimeout: 600_000 }, (request, response) => {
  calls++;
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (chunk: string) => (body += chunk));
  request.on('end', () => {
    const json =
      request.url === '/v1/qr/results/verify'
        ? verified((JSON.parse(body) as { request_id: string }).request_id)
        : SITEVERIFY;
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(json),
    });
    response.end(json);
  });
});

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  // Every answer is the number of calls since the answer before it.
  answerWith({ url: `http://127.0.0.1:${String(port)}` }, () => {
    const since = calls;
    calls = 0;
    return { calls: since };
  });
});
