import { IsIn, IsNotEmpty, IsOptional, IsString, NotContains } from 'class-validator';
import { COUNTRIES } from './country-code.js';

/** The form that asks for a code. The library could send codes to e-mail addresses, too. */
export class PhoneDto {
  @IsString() @IsNotEmpty() @NotContains('@') phone!: string;
  @IsOptional() @IsIn(COUNTRIES.map(({ code }) => code)) country?: string;
}
