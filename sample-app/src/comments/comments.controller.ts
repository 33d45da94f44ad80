import { Body, Controller, Inject, Logger, Post } from '@nestjs/common';
import { IsNotEmpty, IsOptional, IsString } from 'class-validator';
import { HumanProofService, VerificationError } from 'nestjs-verification';

class CommentDto {
  @IsString() @IsNotEmpty() text!: string;
  @IsOptional() @IsString() token?: string;
}

/** A manual check: every comment is accepted, but only those of verified humans appear at once. */
@Controller('comments')
export class CommentsController {
  private readonly logger = new Logger(CommentsController.name);

  constructor(@Inject(HumanProofService) private readonly humanProof: HumanProofService) {}

  @Post()
  async comment(@Body() { token = '' }: CommentDto): Promise<object> {
    return { state: (await this.isHuman(token)) ? 'published' : 'held for review' };
  }

  private async isHuman(token: string): Promise<boolean> {
    try {
      const verdict = await this.humanProof.verify({ token });
      if (verdict.outcome === 'rejected')
        this.logger.warn(`Comment held for review: ${verdict.reason}, reference ${verdict.reference}`);
      return verdict.outcome === 'accepted';
    } catch (error) {
      if (!(error instanceof VerificationError)) throw error;
      return false; // no verdict: the comment waits for review
    }
  }
}
