import { ValidateBy, type ValidationOptions } from 'class-validator';

/** Validates an option by a function; `message` says what the option must be. */
export function Is(
  validate: (value: unknown) => boolean,
  message: string,
  options?: ValidationOptions,
): PropertyDecorator {
  return ValidateBy({ name: 'is', validator: { validate, defaultMessage: () => message } }, options);
}
