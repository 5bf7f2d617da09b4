/** What a person reads, without the address: pure functions make it, `send.ts` sends it. */
export interface Letter {
  subject: string;
  text: string;
  html: string;
}
