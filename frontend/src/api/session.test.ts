import { describe, expect, test, vi } from 'vitest';
import { Session } from './session';

const minute = 60_000;

function answering(...answers: Response[]) {
  return vi.spyOn(globalThis, 'fetch').mockImplementation(() => Promise.resolve(answers.shift() ?? new Response('{}', { status: 401 })));
}
const fresh = (token: string, lifetime = 15 * minute) => Response.json({ token, expiresAt: Date.now() + lifetime });

describe('Session', () => {
  test('a valid cookie signs in at start, and its token is reused until it is old', async () => {
    const fetch = answering(fresh('first'), fresh('second'));
    const session = new Session();
    await session.restore();
    expect(session.snapshot().status).toBe('signedIn');
    expect(await session.fetchAccessToken({ forceRefreshToken: false })).toBe('first');
    expect(await session.fetchAccessToken({ forceRefreshToken: true })).toBe('second');
    expect(fetch).toHaveBeenCalledTimes(2);
  });

  test('two who need a token at once share one refresh, since the cookie rotates', async () => {
    const fetch = answering(fresh('only'));
    const session = new Session();
    const tokens = await Promise.all([
      session.fetchAccessToken({ forceRefreshToken: true }),
      session.fetchAccessToken({ forceRefreshToken: true }),
    ]);
    expect(tokens).toEqual(['only', 'only']);
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  test('who signs in while the start still asks about the cookie stays signed in', async () => {
    let refuse: (response: Response) => void = () => undefined;
    vi.spyOn(globalThis, 'fetch')
      .mockImplementationOnce(() => new Promise((resolve) => (refuse = resolve)))
      .mockImplementationOnce(() => Promise.resolve(fresh('mine')));
    const session = new Session();
    const restored = session.restore();
    await session.signIn({ email: 'a@b.example', password: 'x' });
    refuse(new Response('{}', { status: 401 }));
    await restored;
    expect(session.snapshot().status).toBe('signedIn');
    expect(await session.fetchAccessToken({ forceRefreshToken: false })).toBe('mine');
  });

  test('a refused cookie signs out', async () => {
    answering(new Response('{}', { status: 401 }));
    const session = new Session();
    await session.restore();
    expect(session.snapshot().status).toBe('signedOut');
    expect(await session.fetchAccessToken({ forceRefreshToken: false })).toBeNull();
  });

  test('refusals carry the code of the server', async () => {
    const session = new Session();
    const form = { name: 'A', email: 'a@b.example', password: 'x', locale: 'fr' };
    answering(Response.json({ error: { code: 'email_taken', message: '' } }, { status: 409 }));
    await expect(session.signUp(form)).rejects.toMatchObject({ code: 'email_taken' });
    answering(Response.json({ error: { code: 'invalid', message: '', field: 'password' } }, { status: 400 }));
    await expect(session.signUp(form)).rejects.toMatchObject({ code: 'invalid', field: 'password' });
    answering(new Response('{}', { status: 429, headers: { 'retry-after': '30' } }));
    await expect(session.signUp(form)).rejects.toMatchObject({ code: 'rate_limited', retryAfter: 30 });
  });
});
