import { IsNotEmpty, IsString } from 'class-validator';

/** The contact form. Only the guard reads the token of the captcha. */
export class ContactDto {
  @IsString() @IsNotEmpty() message!: string;
}
