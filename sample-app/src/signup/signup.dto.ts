import { IsEmail } from 'class-validator';

/** The form; `checkify_token` or `humanproof-token` beside it is for the guard alone. */
export class SignupDto {
  @IsEmail() email!: string;
}
