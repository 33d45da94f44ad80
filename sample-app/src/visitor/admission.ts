import type { ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { visitorIn } from './visitor.middleware.js';

const ADMITTED_MS = 30 * 60_000;

/**
 * Knows for half an hour whom a place let in, by a cookie that the browser gets only then: a cookie that somebody else
 * put into the browser beforehand opens nothing.
 */
export class Admission {
  private readonly ids = new WeakMap<Request, string>();

  constructor(private readonly name: string) {}

  /** The id under which a route remembers the visitor. */
  readonly subject = (context: ExecutionContext): string | undefined =>
    this.idIn(context.switchToHttp().getRequest<Request>());

  /**
   * The id in the cookie, or else the one that it would get. That follows from what the browser brings, the proof
   * included, so that two tabs with one return URL, or two clicks, are let in as one.
   */
  idIn(request: Request): string | undefined {
    const visitor = visitorIn(request);
    const known = this.ids.get(request);
    if (visitor === undefined || known !== undefined) return known;
    const brought = JSON.stringify([this.name, request.query, request.body]);
    const id = current(visitor.cookie(this.name)) ?? visitor.keyed(brought);
    this.ids.set(request, id); // the guard takes the proof out of the body before the handler runs
    return id;
  }

  /** Keeps the id in a cookie, unless the browser has it. */
  admit(request: Request): void {
    const visitor = visitorIn(request);
    const id = this.idIn(request);
    if (visitor === undefined || id === undefined || current(visitor.cookie(this.name)) === id) return;
    visitor.keep(this.name, `${id}.${Date.now() + ADMITTED_MS}`, ADMITTED_MS);
  }

  /** Drops the cookie. Returns the id that is to be forgotten. */
  leave(request: Request): string | undefined {
    visitorIn(request)?.drop(this.name);
    return this.idIn(request);
  }
}

/** An admission that has ended is none: who admits a visitor again must not admit who made this cookie. */
function current(cookie: string | undefined): string | undefined {
  const [id, end] = cookie?.split('.') ?? [];
  return Number(end) > Date.now() ? id : undefined;
}
