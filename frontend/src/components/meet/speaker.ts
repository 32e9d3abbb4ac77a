const speechNeeded = 1_500; // ms, so that a word in passing moves nothing

/** Who is large in the speaker's layout. Time is an argument, in milliseconds of any origin. */
export class SpeakerPicker {
  #current: string | null = null;
  readonly #since = new Map<string, number>();

  update(now: number, present: { id: string; isSpeaking: boolean }[]): string | null {
    for (const { id, isSpeaking } of present) {
      if (!isSpeaking) this.#since.delete(id);
      else if (!this.#since.has(id)) this.#since.set(id, now);
    }
    if (!present.some(({ id }) => id === this.#current)) this.#current = null;
    const isCurrentSpeaking = this.#current !== null && this.#since.has(this.#current);
    const next = present.find(({ id }) => now - (this.#since.get(id) ?? now) >= speechNeeded);
    if (next !== undefined && !isCurrentSpeaking) this.#current = next.id;
    this.#current ??= present[0]?.id ?? null;
    return this.#current;
  }
}
