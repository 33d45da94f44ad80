import type { Type } from '@nestjs/common';
import type { HttpOptions } from '../http/http.options.js';
import { HttpClients } from '../http/clients.js';
import type { HttpClient } from '../http/client.js';
import { ConfigurationError } from '../errors/verification.error.js';
import { ApiFake } from './api.fake.js';
import type { ScriptedProvider } from './scripted.provider.js';

/** HTTP clients that send nothing: fakes answer in place of the network, and the rest of the library stays real. */
export function fakeClients(fakeOf: (name: string) => ScriptedProvider | undefined): Type<HttpClients> {
  class FakeClients extends HttpClients {
    override open(provider: string, baseUrl: string, own?: HttpOptions): HttpClient {
      const client = super.open(provider, baseUrl, own);
      client.send = (request, record) => {
        const fake = fakeOf(provider);
        if (fake instanceof ApiFake) return fake.deliver(request, record);
        const [path = ''] = request.path.split('?');
        return Promise.reject(
          new ConfigurationError(
            `In this test nothing goes over the network, and nobody knows what "${provider}" answers to ${request.method} ${path}. Fake what calls it.`,
            provider,
          ),
        );
      };
      return client;
    }
  }
  return FakeClients;
}
