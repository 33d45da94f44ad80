/** What VerifyID's documents say that it answers. */
export const VERIFYID = {
  check: (token: string, deviceId: string) => `/api/auth_check/${token}/${deviceId}`,

  /** A login that shows an age. */
  yes: (age: unknown = 18) => ({ age }),

  /** A login that shows none, under 404. */
  no: { age: null },
};
