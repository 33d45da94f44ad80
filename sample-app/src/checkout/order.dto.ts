import { IsNotEmpty, IsString } from 'class-validator';

/** The order form. */
export class OrderDto {
  @IsString() @IsNotEmpty() item!: string;
}
