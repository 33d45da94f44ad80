import { HttpService } from '@nestjs/axios';
import type { AxiosDefaults, AxiosInstance } from 'axios';

const request = Reflect.get(HttpService.prototype, 'request') as unknown;

/** A value and everything in it that an application can change, two levels deep: axios nests its headers. */
type Snapshot = readonly (readonly [holder: object, values: Readonly<Record<string, unknown>>])[];

/**
 * Whether an application changed anything about how axios sends: interceptors, defaults, or methods put in place of
 * its own. While nothing is, going through axios only costs: what goes out and what comes back are the same.
 */
export class AxiosCustomization {
  private readonly defaults: AxiosDefaults;
  private readonly snapshot: Snapshot;
  private readonly request: unknown;
  private readonly isPlain: boolean;

  constructor(private readonly instance: AxiosInstance) {
    this.defaults = instance.defaults;
    this.isPlain = isPlain(instance.defaults);
    this.request = Reflect.get(instance, 'request');
    this.snapshot = snapshotOf(this.defaults);
  }

  /** Asked for every request, because an interceptor may be added at any time. */
  isAbsent(service: HttpService): boolean {
    const { instance } = this;
    return (
      this.isPlain &&
      Reflect.get(service, 'request') === request &&
      service.axiosRef === instance &&
      Reflect.get(instance, 'request') === this.request &&
      instance.defaults === this.defaults &&
      instance.interceptors.request.handlers?.length === 0 &&
      instance.interceptors.response.handlers?.length === 0 &&
      this.snapshot.every(isUnchanged)
    );
  }
}

const OUR_DEFAULTS = new Set(['adapter', 'transformRequest', 'transformResponse', 'headers']);
const AXIOS_HEADERS = new Set(['Accept', 'Content-Type']);

/** Whether an instance starts with nothing but what axios ships and we set; axios copies its global defaults into it. */
function isPlain({ headers, ...defaults }: AxiosDefaults): boolean {
  // Its type lists the methods; a later axios may know more of them.
  const { common, ...byMethod } = headers as unknown as Record<string, object>;
  return (
    Object.keys(defaults).every(name => OUR_DEFAULTS.has(name)) &&
    Object.keys(common ?? {}).every(name => AXIOS_HEADERS.has(name)) &&
    Object.values(byMethod).every(each => Object.keys(each).length === 0)
  );
}

function snapshotOf(value: object): Snapshot {
  const values = { ...(value as Record<string, unknown>) };
  const nested = Object.values(values).filter(each => typeof each === 'object' && each !== null);
  return [[value, values], ...nested.flatMap(snapshotOf)];
}

function isUnchanged([holder, values]: Snapshot[number]): boolean {
  let known = 0;
  for (const name in holder) {
    if ((holder as Record<string, unknown>)[name] !== values[name]) return false;
    known++;
  }
  return known === Object.keys(values).length;
}
