/** The right code of every message. */
export const RIGHT_CODE = '123456';

/**
 * What every provider says: yes, as often as it is asked, which no real provider does. So only the library keeps a proof
 * from passing twice.
 */
export class Confirmations {
  /** Guesses that arrived, by the message. */
  readonly guesses = new Map<string, number>();
  private messages = 0;

  constructor(private readonly baseUrl: string) {}

  /** The body of the answer to a request, as text. */
  answerTo(path: string, body: string): string {
    return JSON.stringify(this.answer(path, body === '' ? {} : (JSON.parse(body) as never)));
  }

  private answer(path: string, asked: Readonly<Record<string, string>>): object {
    if (path === '/v1/messages') return { message_id: `1${String(++this.messages)}`, send_channel: 'sms' };
    if (path === '/v1/verifications') {
      const { message_id = '', verify_code } = asked;
      this.guesses.set(message_id, (this.guesses.get(message_id) ?? 0) + 1);
      return { message_id, verify_code, verified: verify_code === RIGHT_CODE };
    }
    if (path.startsWith('/api/auth_check/')) return { age: 18 };
    if (path.startsWith('/api/url_generator')) return { url: `${this.baseUrl}/login` };
    const { request_id } = asked;
    return { success: true, status: 'completed', request_id, approved_claims: { human_verified: true } };
  }
}
