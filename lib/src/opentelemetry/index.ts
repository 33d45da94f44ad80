// What `nestjs-verification/opentelemetry` exports.
export { VerificationTelemetry } from './verification-telemetry.js';
