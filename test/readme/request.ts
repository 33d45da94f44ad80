import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from '@jest/globals';

interface Expected {
  expect(status: number): Promise<void>;
}

/** As much of supertest as the README uses. */
export function request(server: Server): { post(path: string): { send(body: object): Expected } } {
  return {
    post: path => ({
      send: body => ({
        expect: async status => {
          if (!server.listening) await once(server.listen(0, '127.0.0.1'), 'listening');
          const { port } = server.address() as AddressInfo;
          const response = await fetch(`http://127.0.0.1:${String(port)}${path}`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(body),
          });
          expect(response.status).toBe(status);
        },
      }),
    }),
  };
}
