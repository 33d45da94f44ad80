import { checkoutController } from '../applications/checkout.controller.js';
import { answerOnce } from './handler.js';

await answerOnce({ controllers: [checkoutController()] });
