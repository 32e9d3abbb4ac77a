import { Session } from '../api/session';

/** A session that is signed in, or not, without any server. */
export function fakeSession(isSignedIn: boolean): Session {
  const session = new Session();
  const answer = isSignedIn ? Response.json({ token: 'token', expiresAt: Date.now() + 900_000 }) : new Response('{}', { status: 401 });
  const network = globalThis.fetch;
  globalThis.fetch = () => Promise.resolve(answer.clone());
  void session.restore().finally(() => {
    globalThis.fetch = network;
  });
  return session;
}
