import { Body, Controller, HttpCode, Post, UseGuards } from '@nestjs/common';
import { IsNotEmpty, IsString } from 'class-validator';
import { RequireVerification, VerificationGuard } from 'nestjs-verification';

class ContactDto {
  @IsString() @IsNotEmpty() message!: string;
}

/** Keeps bots out of the inbox. The HumanProof widget adds `humanproof-token` to the form. */
@Controller('contact')
@UseGuards(VerificationGuard)
export class ContactController {
  @Post()
  @HttpCode(202)
  @RequireVerification('humanproof', { body: ContactDto })
  contact(@Body() { message }: ContactDto): object {
    return { received: message.length };
  }
}
