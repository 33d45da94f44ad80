import { member, parseObject, type JsonObject } from '../../wire/json.js';

/** The body of `POST /v1/qr/results/verify` after schema validation. */
export interface CheckifyVerifyRequest {
  readonly requestId: string | undefined;
  readonly token: string | undefined;
  readonly requiredClaims: readonly string[];
  readonly requiredFields: readonly string[];
  /** The document has no default. The sandbox consumes only when asked to. */
  readonly consume: boolean;
}

/** One entry of `error.details.validation_errors`. */
interface CheckifyValidationError {
  readonly field: string;
  readonly message: string;
}

const isString = (value: unknown): value is string => typeof value === 'string';
const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';
const isStrings = (value: unknown): value is string[] => Array.isArray(value) && value.every(isString);

/** The verify request in the body, or its errors, field by field. */
export function parseVerifyRequest(
  body: string,
): CheckifyVerifyRequest | { readonly errors: readonly CheckifyValidationError[] } {
  const object = parseObject(body);
  if (!object) return { errors: [{ field: 'body', message: 'must be a JSON object' }] };
  const errors: CheckifyValidationError[] = [];
  const read = reader(object, errors);
  const request = {
    requestId: read('request_id', isString, 'must be a string'),
    token: read('token', isString, 'must be a string'),
    requiredClaims: read('required_claims', isStrings, 'must be a list of strings') ?? [],
    requiredFields: read('required_fields', isStrings, 'must be a list of strings') ?? [],
    consume: read('consume', isBoolean, 'must be a boolean') ?? false,
  };
  return errors.length > 0 ? { errors } : request;
}

function reader(object: JsonObject, errors: CheckifyValidationError[]) {
  return <T>(field: string, is: (value: unknown) => value is T, message: string): T | undefined => {
    const value = member(object, field);
    if (value === undefined || is(value)) return value;
    errors.push({ field, message });
    return undefined;
  };
}
