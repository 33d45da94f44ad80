/** The answers of VerifyID, as its documents describe them. */
export const VERIFYID = {
  check: (token: string, deviceId: string) => `/api/auth_check/${token}/${deviceId}`,

  /** A login that shows an age. */
  yes: (age: unknown = 18) => ({ age }),

  /** A login without an age; it comes with 404. */
  no: { age: null },
};
