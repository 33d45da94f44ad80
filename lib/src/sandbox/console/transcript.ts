import { parseObject } from '../../wire/json.js';
import type { ApiRequest } from '../http/api-request.js';
import type { Reply } from '../http/reply.js';
import { masked, maskedPath } from './mask.js';

const LONGEST = 2000;

/** A request for people to read, without secrets and proofs. */
export function requestText({ method, segments, query, headers, body }: ApiRequest): string {
  const { 'content-type': type } = headers;
  const search = form(query, '&');
  const target = `${method} ${maskedPath(segments)}${search && `?${search}`}`;
  return textOf([target, type && `content-type: ${type}`], sentBody(body, type));
}

/** An answer for people to read, without the proofs in it. */
export function responseText(reply: Reply | undefined): string {
  if (!reply) return 'The connection was closed without an answer.';
  const headers = Object.entries(reply.headers).map(([name, value]) => `${name}: ${value}`);
  // Only requests bring a person's one-time code as `code`. What is no JSON object was made for a fault.
  return textOf([`status ${reply.status}`, ...headers], json(reply.body, 'code') ?? reply.body);
}

function sentBody(body: string, type = ''): string {
  const other = body && `(${body.length} characters that are neither a JSON object nor a form)`;
  const isForm = type.startsWith('application/x-www-form-urlencoded');
  return json(body, '') ?? (isForm ? form(new URLSearchParams(body), '\n') : other);
}

function json(body: string, shown: string): string | undefined {
  const object = parseObject(body);
  return object && JSON.stringify(masked(object, shown), null, 2);
}

function form(fields: URLSearchParams, separator: string): string {
  return [...fields].map(([name, value]) => `${name}=${String(masked(value, '', name))}`).join(separator);
}

function textOf(head: readonly (string | undefined)[], body: string): string {
  const text = [...head.filter(line => line), ...(body && ['', body])].join('\n');
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…\n(${text.length} characters in all)` : text;
}
