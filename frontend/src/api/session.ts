import { forgetFormDrafts } from '../lib/formDrafts';
import * as v from 'valibot';
import { Refusal, refusalFromData } from './refusal';

/**
 * Who is signed in on this page. The access token lives in memory only; what survives a reload is
 * the HttpOnly refresh cookie, which `/api/auth/token` turns into a fresh one.
 */
export type SessionState = { status: 'loading' } | { status: 'signedOut' } | { status: 'signedIn' };

export interface SignupForm {
  name: string;
  email: string;
  password: string;
  locale: string;
}

const Fresh = v.object({ token: v.string(), expiresAt: v.number() });
type Fresh = v.InferOutput<typeof Fresh>;

/** A token about to expire is not handed out: the server's clock may be ahead of ours. */
const expiryMargin = 15_000; // ms
const retryDelays = [500, 1_000, 2_000, 4_000, 8_000]; // ms between tries while the network is away

export class Session {
  #state: SessionState = { status: 'loading' };
  #access: Fresh | null = null;
  #refreshing: Promise<string | null> | null = null;
  /** Grows when a person signs in or out; a refresh asked before that says nothing about now. */
  #era = 0;
  #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };
  readonly snapshot = () => this.#state;

  /** Called once at start: the cookie says whether somebody is still signed in. */
  async restore() {
    await this.#refresh();
  }

  async signUp(form: SignupForm) {
    this.#enter(await post('/api/auth/signup', form));
  }

  async signIn(form: { email: string; password: string }) {
    this.#enter(await post('/api/auth/login', form));
  }

  async signOut() {
    forgetFormDrafts();
    this.#era++;
    this.#end();
    // The cookie may outlive a lost network; the next start will then still be signed in.
    await post('/api/auth/logout', {}).catch(() => undefined);
  }

  /** For good: the account and all its sign-ins. @throws Refusal, `invalid` at `password` when that is wrong */
  async erase(password: string) {
    await post('/api/auth/erase', { password });
    forgetFormDrafts();
    this.#era++;
    this.#end();
  }

  /** The token for the live connection; `null` once the cookie no longer opens anything. */
  readonly fetchAccessToken = async ({ forceRefreshToken }: { forceRefreshToken: boolean }) => {
    const usable = this.#access !== null && this.#access.expiresAt - Date.now() > expiryMargin;
    if (this.#access !== null && usable && !forceRefreshToken) return this.#access.token;
    return this.#refresh();
  };

  #refresh(): Promise<string | null> {
    // One at a time: the cookie rotates at each use.
    this.#refreshing ??= this.#refreshNow().finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  async #refreshNow(): Promise<string | null> {
    const era = this.#era;
    for (let attempt = 0; ; attempt++) {
      try {
        const fresh = v.parse(Fresh, await post('/api/auth/token', {}));
        if (era !== this.#era) return this.#access?.token ?? null;
        this.#begin(fresh);
        return fresh.token;
      } catch (error) {
        if (era !== this.#era) return this.#access?.token ?? null;
        if (error instanceof Refusal && error.code === 'unauthenticated') {
          this.#end();
          return null;
        }
        const delay = retryDelays[Math.min(attempt, retryDelays.length - 1)] ?? 8_000;
        await new Promise((resolve) => setTimeout(resolve, delay));
      }
    }
  }

  #enter(answer: unknown) {
    this.#era++;
    this.#begin(answer);
  }

  #begin(answer: unknown) {
    this.#access = v.parse(Fresh, answer);
    this.#set({ status: 'signedIn' });
  }

  #end() {
    this.#access = null;
    this.#set({ status: 'signedOut' });
  }

  #set(state: SessionState) {
    if (state.status === this.#state.status) return;
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

/** @throws Refusal with the server's code, or `network` when no answer came. */
async function post(path: string, body: object): Promise<unknown> {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).catch(() => {
    throw new Refusal('network');
  });
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok) return answer;

  const data = typeof answer === 'object' && answer !== null && 'error' in answer ? answer.error : null;
  const told = refusalFromData(data);
  if (response.status === 429) {
    const seconds = Number(response.headers.get('retry-after'));
    throw new Refusal('rate_limited', seconds > 0 ? { retryAfter: seconds } : {});
  }
  if (response.status === 401) throw new Refusal('unauthenticated');
  throw told ?? new Refusal(response.status === 409 ? 'email_taken' : response.status >= 500 ? 'unavailable' : 'unknown');
}
