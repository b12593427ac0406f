/** The answer kept for an `Idempotency-Key`. */
export interface Replays {
  claimKey(
    key: string,
    fingerprint: string,
    at: string,
  ): Promise<{ claimed: true } | { claimed: false; fingerprint: string; answer?: string }>
  keepAnswer(key: string, answer: string): Promise<void>
  releaseKey(key: string): Promise<void>
}
