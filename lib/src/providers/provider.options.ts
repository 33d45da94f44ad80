import type { Type } from '@nestjs/common';
import { IsObject, IsOptional, ValidateNested, type ValidationOptions } from 'class-validator';
import { HttpOptions } from '../http/http.options.js';
import { isLoopback } from '../wire/url.js';
import { isKey, type Credential } from './account.js';
import { Is } from './is.decorator.js';

/** A key or secret, or a function that gives one for a request; the value never reaches a message. */
export function IsCredential(options?: ValidationOptions): PropertyDecorator {
  const message = 'must be a non-empty string without spaces or line breaks, or a function that returns one';
  return Is(value => typeof value === 'function' || isKey(value), message, options);
}

/** An absolute `https` URL, or `http` on a loopback host, without credentials, query or fragment. */
export function IsBaseUrl(options?: ValidationOptions): PropertyDecorator {
  const message =
    'must be an https:// URL (http:// only on a loopback host) without credentials, query or fragment';
  return Is(isBaseUrl, message, options);
}

function isBaseUrl(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const { protocol, hostname, username, password, search, hash } = new URL(value);
  if (username || password || search || hash) return false;
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}

/** Options that every provider has. */
export abstract class ProviderOptions {
  /** The address of the API, such as that of the sandbox or of your proxy. @default the provider's own */
  @IsOptional() @IsBaseUrl() baseUrl?: string | undefined;

  /** Limits of requests to this provider. They override `http` of the module. @default `http` of the module */
  @IsOptional() @IsObject() @ValidateNested() http?: HttpOptions | undefined;
}

/** The class of a provider's options, by which the module reads and validates them. */
export interface ProviderOptionsClass<O extends ProviderOptions = ProviderOptions> {
  new (): O;
  /** The provider's name: where its options are in `providers`, and what the service must call itself. */
  readonly provider: string;
  /** The environment variables that each option is read from, in order of preference. */
  readonly environment: Readonly<Record<string, readonly string[]>>;
  /** The classes of options that are objects themselves. */
  readonly nested?: Readonly<Record<string, new () => object>>;
  /** The provider's public test keys by option: none may be used in production, nor beside a key that is real. */
  readonly testKeys?: Readonly<Record<string, readonly string[]>>;
  /** Returns a line for the boot about options that are valid, but look wrong. */
  warningOf?(options: O): string | undefined;
}

/** The credentials among options. Other options may change in a deploy while codes and logins are under way. */
export function credentialsOf(options: ProviderOptions): Readonly<Record<string, Credential | undefined>> {
  const { environment = {} } = options.constructor as Partial<ProviderOptionsClass>;
  const given = options as unknown as Readonly<Record<string, Credential | undefined>>;
  const names = Object.keys(environment).filter(name => name !== 'baseUrl');
  return Object.fromEntries(names.map(name => [name, given[name]]));
}

/** The class of a provider's service; its options, where it has some, are read and validated as those built in are. */
export type ProviderClass<P extends object = object> = Type<P> & {
  readonly Options?: ProviderOptionsClass | undefined;
};
