import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { VerificationHealthIndicator } from './verification-health.indicator.js';

/** Brings {@link VerificationHealthIndicator}; a module that imports `TerminusModule` may also list it itself. */
@Module({
  imports: [TerminusModule],
  providers: [VerificationHealthIndicator],
  exports: [VerificationHealthIndicator],
})
export class VerificationTerminusModule {}
