/** The application's own configuration. */
export const APP_CONFIG = Symbol('APP_CONFIG');
