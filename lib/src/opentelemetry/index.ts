// The export `nestjs-verification/opentelemetry`.
export { VerificationTelemetry } from './verification-telemetry.js';
