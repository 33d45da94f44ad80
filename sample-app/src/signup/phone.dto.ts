import { IsPhoneNumber } from 'class-validator';

/** The form that asks for a code. */
export class PhoneDto {
  @IsPhoneNumber() phone!: string;
}
