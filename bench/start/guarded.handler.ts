import { RequireVerification, VerificationGuard, VerificationModule } from 'nestjs-verification';
import { checkoutController } from '../applications/checkout.controller.js';
import { answerOnce } from './handler.js';

const [, , upstream = ''] = process.argv;
const checkify = { apiKey: 'csk_bench', baseUrl: upstream };
await answerOnce({
  imports: [VerificationModule.forRoot({ allowLoopback: true, providers: { checkify } })],
  controllers: [checkoutController(VerificationGuard, RequireVerification('checkify'))],
});
