/** The four APIs the sandbox emulates; each lives under `/<name>` of the sandbox's URL. */
export const SANDBOX_PROVIDERS = ['checkify', 'engagelab', 'humanproof', 'verifyid'] as const;

/** The name of one emulated API. */
export type SandboxProvider = (typeof SANDBOX_PROVIDERS)[number];
