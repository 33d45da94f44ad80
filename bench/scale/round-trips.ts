import { AsyncLocalStorage } from 'node:async_hooks';
import type { ServerResponse } from 'node:http';
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Redis } from 'ioredis';

/** What the requests of one step sent to Redis. */
export interface StepTrips {
  /** The most round trips of one request, one after another: commands that are under way together are one. */
  mostInARow: number;
  requests: number;
  commands: number;
}

/** What one request sent so far. */
interface Trail {
  /** The longest chain of commands that have their answers. */
  answered: number;
  inARow: number;
  commands: number;
}

const trails = new AsyncLocalStorage<Trail>();
const steps = new Map<string, StepTrips>();

/** The client of an application, which knows the request that each command belongs to. */
export class CountingRedis extends Redis {
  override sendCommand(...args: Parameters<Redis['sendCommand']>): unknown {
    const trail = trails.getStore();
    if (trail !== undefined) {
      const place = trail.answered + 1;
      trail.commands++;
      trail.inARow = Math.max(trail.inARow, place);
      const answered = (): void => {
        trail.answered = Math.max(trail.answered, place);
      };
      void args[0].promise.then(answered, answered);
    }
    return super.sendCommand(...args);
  }
}

/** Begins to count for a request, whose client says in `x-step` what it is. */
@Injectable()
export class RoundTripGuard implements CanActivate {
  canActivate(context: ExecutionContext): true {
    const http = context.switchToHttp();
    const { headers } = http.getRequest<{ headers: Record<string, string | undefined> }>();
    const response = http.getResponse<ServerResponse & { raw?: ServerResponse }>();
    const step = headers['x-step'] ?? '';
    const trail = { answered: 0, inARow: 0, commands: 0 };
    trails.enterWith(trail);
    (response.raw ?? response).once('finish', () => {
      const { mostInARow, requests, commands } = steps.get(step) ?? {
        mostInARow: 0,
        requests: 0,
        commands: 0,
      };
      steps.set(step, {
        mostInARow: Math.max(mostInARow, trail.inARow),
        requests: requests + 1,
        commands: commands + trail.commands,
      });
    });
    return true;
  }
}

/** What was counted since the last time. */
export function countedTrips(): [step: string, trips: StepTrips][] {
  const counted = [...steps];
  steps.clear();
  return counted;
}
