import { SetMetadata } from '@nestjs/common';

/** The metadata key of {@link RunsGuards}. */
export const RUNS_GUARDS = 'nestjs-verification:runs-guards';

/**
 * Tells the route audit that a library runs guards before this method, or before every method of this class, although
 * it is no route, message or resolver of Nest's. Libraries that are built on Nest's `ExternalContextCreator` do, such as
 * those for RabbitMQ and Discord; `@OnEvent`, `@Cron` and queue processors do not.
 */
export const RunsGuards = (): ClassDecorator & MethodDecorator => SetMetadata(RUNS_GUARDS, true);
