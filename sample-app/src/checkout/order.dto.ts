import { IsIn } from 'class-validator';
import { GOODS } from './goods.js';

/** The order form. */
export class OrderDto {
  @IsIn(GOODS.map(({ name }) => name)) item!: string;
}
