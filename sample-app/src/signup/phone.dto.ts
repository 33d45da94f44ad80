import { IsNotEmpty, IsString, NotContains } from 'class-validator';

/** The form that asks for a code. The library could send codes to e-mail addresses, too. */
export class PhoneDto {
  @IsString() @IsNotEmpty() @NotContains('@') phone!: string;
}
