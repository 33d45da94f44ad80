// The export `nestjs-verification/swagger`, for applications with @nestjs/swagger.
export { documentVerification } from './document-verification.js';
