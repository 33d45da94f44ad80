import type { AddressInfo, Server } from 'node:net';
import type { INestMicroservice } from '@nestjs/common';
import { ClientTCP, Transport, type MicroserviceOptions } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';

/** A microservice on a free loopback port. */
export const TCP: MicroserviceOptions = { transport: Transport.TCP, options: { host: '127.0.0.1', port: 0 } };

/** A client of a microservice that listens. */
export class ServiceClient {
  private readonly client: ClientTCP;

  constructor(service: INestMicroservice) {
    const { port } = service.unwrap<Server>().address() as AddressInfo;
    this.client = new ClientTCP({ host: '127.0.0.1', port });
  }

  /** The reply to a message; rejects with what the service says is wrong. */
  async ask(pattern: string, data: unknown): Promise<unknown> {
    return lastValueFrom(this.client.send<unknown>(pattern, data));
  }

  async emit(pattern: string, data: unknown): Promise<void> {
    await lastValueFrom(this.client.emit(pattern, data), { defaultValue: undefined });
  }

  close(): void {
    this.client.close();
  }
}
