import { ValidateBy } from 'class-validator';

/** Validates an option by a function; `message` says what the option must be. */
export function Is(validate: (value: unknown) => boolean, message: string): PropertyDecorator {
  return ValidateBy({ name: 'is', validator: { validate, defaultMessage: () => message } });
}
