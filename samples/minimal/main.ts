// One route for humans only, on a sandbox in the same process. It prints requests to try.
import 'reflect-metadata';
import { Body, Controller, Module, Post, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { RequireVerification, VerificationGuard, VerificationModule } from 'nestjs-verification';
import { startSandbox } from 'nestjs-verification/sandbox';

const sandbox = await startSandbox({ port: 0 });

@Controller('signup')
@UseGuards(VerificationGuard)
class SignupController {
  @Post()
  @RequireVerification('humanproof')
  signUp(@Body() form: { email: string }): object {
    return { welcome: form.email };
  }
}

@Module({
  imports: [VerificationModule.forRoot({ providers: sandbox.providers })],
  controllers: [SignupController],
})
class AppModule {}

const app = await NestFactory.create(AppModule, { logger: ['warn', 'error'] });
await app.listen(process.env['PORT'] ?? 3000, '127.0.0.1');
const post = `curl -s ${await app.getUrl()}/signup -d email=anna@example.com`;
const token = sandbox.humanproof.issueToken();
console.log(`# refused\n${post}; echo\n# welcome\n${post} -d humanproof-token=${token}; echo`);
