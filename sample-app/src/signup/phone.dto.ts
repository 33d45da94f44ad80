import { IsPhoneNumber } from 'class-validator';

/** Whom to send a code. */
export class PhoneDto {
  @IsPhoneNumber() phone!: string;
}
