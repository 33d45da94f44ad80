/** What EngageLab's documents say that OTP answers. */
export const ENGAGELAB = {
  messages: '/v1/messages',
  verifications: '/v1/verifications',

  /** A code is on its way. */
  sent: (messageId: unknown, channel: unknown = 'sms') => ({ message_id: messageId, send_channel: channel }),

  /** Whether the code was the right one; a yes where nothing else is said. */
  verified: (messageId: unknown, verifyCode: unknown, verified: unknown = true) => ({
    message_id: messageId,
    verify_code: verifyCode,
    verified,
  }),

  error: (code: unknown, message = 'some text') => ({ code, message }),
};
