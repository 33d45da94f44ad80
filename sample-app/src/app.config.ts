/** A port to listen on. */
export interface PortChoice {
  /** 0 to 65535; 0 stands for any free port. */
  readonly port: number;
  /** The environment variable that sets the port. */
  readonly name: string;
  /** Whether only this port will do. Otherwise the app takes the next free one. */
  readonly isFixed: boolean;
}

/** What the sample app takes from the environment; this file is the only one that reads it. */
export interface AppConfig {
  readonly port: PortChoice;
  readonly sandboxPort: PortChoice;
  /** Where browsers reach the app; derived from the request when it is not said, which production does not allow. */
  readonly publicUrl: string | undefined;
  /** Signs the cookie that holds the device id of a login. */
  readonly cookieSecret: string;
  /** Where instances of the app share their state; each keeps its own when it is not said. */
  readonly redisUrl: string | undefined;
  readonly production: boolean;
  /** Whether a terminal may be written to in colour. */
  readonly allowsColour: boolean;
  /** Whether any provider's own credentials are set; the sandbox stays away then. */
  readonly hasCredentials: boolean;
}

const CREDENTIALS = [
  'CHECKIFY_API_KEY',
  'CHECKIFY_SITE_API_KEY',
  'ENGAGELAB_DEV_KEY',
  'HUMANPROOF_SECRET',
  'VERIFYID_PLUGIN_KEY',
];

/** Reads the configuration; throws with the fix where production lacks something. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): AppConfig {
  const production = environment['NODE_ENV'] === 'production';
  const required = (name: string, fallback: string): string => {
    const value = environment[name];
    if (value) return value;
    if (production) throw new Error(`Set ${name}: production has no default for it.`);
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
    port: { ...appPort, isFixed: appPort.isFixed || publicUrl !== undefined }, // which leads to this port
    sandboxPort: port('SANDBOX_PORT', 4010),
    publicUrl,
    cookieSecret: required('COOKIE_SECRET', 'only for trying things out'),
    redisUrl: environment['REDIS_URL'] || undefined,
    production,
    allowsColour: !environment['NO_COLOR'],
    hasCredentials: CREDENTIALS.some(name => Boolean(environment[name])),
  };
}
