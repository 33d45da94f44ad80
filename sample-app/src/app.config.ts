/** A port to listen on. */
export interface PortChoice {
  /** 0 to 65535; 0 stands for any free port. */
  readonly port: number;
  /** The environment variable that sets the port. */
  readonly name: string;
  /** `true` if only this port will do. Otherwise the app takes the next free one. */
  readonly isFixed: boolean;
}

/** The configuration of the sample app. Only this file reads the environment. */
export interface AppConfig {
  readonly port: PortChoice;
  readonly sandboxPort: PortChoice;
  /** The address at which browsers reach the app. On the sandbox it may be unset; each request then names it. */
  readonly publicUrl: string | undefined;
  /** Signs the cookies that hold the id of a visitor and of those who were let in. */
  readonly cookieSecret: string;
  /** The Redis in which several instances share their state. If unset, each instance keeps its own state. */
  readonly redisUrl: string | undefined;
  /** `true` if the banner may have colours on a terminal. */
  readonly allowsColour: boolean;
  /** `true` if the environment has credentials of a provider. The sandbox does not start then. */
  readonly hasCredentials: boolean;
}

const CREDENTIALS = [
  'CHECKIFY_API_KEY',
  'CHECKIFY_SITE_API_KEY',
  'ENGAGELAB_DEV_KEY',
  'ENGAGELAB_DEV_SECRET',
  'HUMANPROOF_SECRET',
  'VERIFYID_PLUGIN_KEY',
  'TURNSTILE_SECRET_KEY',
  'HCAPTCHA_SECRET_KEY',
  'RECAPTCHA_SECRET_KEY',
  'FRIENDLY_CAPTCHA_API_KEY',
];

/**
 * Reads the configuration.
 * @throws Error with the fix when a value is wrong, or when the app has real visitors and lacks one.
 */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): AppConfig {
  // Most hosts leave NODE_ENV unset. Whoever has credentials of a provider has real visitors.
  const hasCredentials = CREDENTIALS.some(name => Boolean(environment[name]));
  const isLive = hasCredentials || environment['NODE_ENV'] === 'production';
  const required = (name: string, fallback: string): string => {
    const value = environment[name];
    if (value) return value;
    if (isLive) throw new Error(`Set ${name}. Only the sandbox has a default for it.`);
    return fallback;
  };
  const port = (name: string, fallback: number): PortChoice => {
    const value = environment[name] || undefined;
    if (value !== undefined && !(/^\d{1,5}$/.test(value) && Number(value) <= 65_535))
      throw new Error(`Set ${name} to a number from 0 to 65535.`);
    return { port: Number(value ?? fallback), name, isFixed: value !== undefined };
  };
  const publicUrl = required('PUBLIC_URL', '') || undefined;
  const appPort = port('PORT', 3000);
  return {
    port: { ...appPort, isFixed: appPort.isFixed || publicUrl !== undefined }, // PUBLIC_URL leads to this port
    sandboxPort: port('SANDBOX_PORT', 4010),
    publicUrl,
    cookieSecret: required('COOKIE_SECRET', 'only for trying things out'),
    redisUrl: environment['REDIS_URL'] || undefined,
    allowsColour: !environment['NO_COLOR'],
    hasCredentials,
  };
}
