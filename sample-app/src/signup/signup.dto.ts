import { IsEmail } from 'class-validator';

/** The sign-up form. Only the guard reads its `checkify_token` or `humanproof-token`. */
export class SignupDto {
  @IsEmail() email!: string;
}
