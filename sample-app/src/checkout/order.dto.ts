import { IsNotEmpty, IsString } from 'class-validator';

/** What is bought. */
export class OrderDto {
  @IsString() @IsNotEmpty() item!: string;
}
