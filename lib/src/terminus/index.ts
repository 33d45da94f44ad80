export {
  VerificationHealthIndicator,
  type VerificationHealthOptions,
} from './verification-health.indicator.js';
export { VerificationTerminusModule } from './verification-terminus.module.js';
