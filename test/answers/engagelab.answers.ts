/** The answers of EngageLab OTP, as its documents describe them. */
export const ENGAGELAB = {
  messages: '/v1/messages',
  verifications: '/v1/verifications',

  /** A code is on its way. */
  sent: (messageId: unknown, channel: unknown = 'sms') => ({ message_id: messageId, send_channel: channel }),

  /** The answer to a code: right by default. */
  verified: (messageId: unknown, verifyCode: unknown, verified: unknown = true) => ({
    message_id: messageId,
    verify_code: verifyCode,
    verified,
  }),

  error: (code: unknown, message = 'some text') => ({ code, message }),
};
