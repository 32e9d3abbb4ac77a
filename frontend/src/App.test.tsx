import { act, render, screen } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { App } from './App';
import { api } from './api/generated';
import { FakeConvex, pageOf } from './testing/fakeConvex';
import { FakeMeet } from './testing/fakeMeet';
import { fakeSession } from './testing/fakeSession';
import { amina, bruno, message, offre } from './testing/samples';

function open(path: string, isSignedIn: boolean) {
  history.replaceState(null, '', path);
  const convex = new FakeConvex()
    .on(api.users.me, () => ({ ...amina, email: 'amina@example.org', locale: 'fr' }))
    .on(api.demandes.list, () => pageOf([]))
    .on(api.demandes.mine, () => pageOf([]))
    .on(api.offres.received, () => pageOf([]))
    .on(api.offres.sent, () => pageOf([]))
    .on(api.meetSessions.history, () => pageOf([]))
    .on(api.meetSessions.missedCalls, () => [])
    .on(api.meetSessions.getUserActiveMeetSessions, () => []);
  const session = fakeSession(isSignedIn);
  render(<App session={session} client={convex.client()} loadMeetClient={() => Promise.resolve(() => new FakeMeet())} />);
  return { session, convex };
}

test('without an account, a private page asks to sign in and remembers itself', async () => {
  open('/offres', false);
  expect(await screen.findByRole('heading', { name: 'Heureux de vous revoir' })).toBeTruthy();
  expect(location.search).toBe('?suite=%2Foffres');
});

test('the first page offers to sign in and to sign up', async () => {
  open('/', false);
  expect(await screen.findByRole('link', { name: 'Se connecter' })).toBeTruthy();
  expect(screen.getByRole('link', { name: 'Créer un compte' })).toBeTruthy();
});

test('signed in, the entry pages lead on', async () => {
  open('/connexion?suite=/offres', true);
  expect(await screen.findByRole('heading', { name: 'Offres' })).toBeTruthy();
});

test('while the live connection learns who signed in, nobody is sent back to sign in', async () => {
  const { session, convex } = open('/connexion', false);
  await screen.findByRole('heading', { name: 'Heureux de vous revoir' });
  convex.holdAuth();
  vi.spyOn(globalThis, 'fetch').mockResolvedValue(Response.json({ token: 'token', expiresAt: Date.now() + 900_000 }));
  await act(async () => {
    await session.signIn({ email: 'amina@example.org', password: 'une phrase assez longue' });
    history.pushState(null, '', '/dashboard');
  });
  expect(location.pathname).toBe('/dashboard');
  act(() => convex.confirmAuth());
  expect(await screen.findByRole('heading', { name: 'Bonjour Amina Benali' })).toBeTruthy();
});

test('signing out shows the way back in', async () => {
  const { session } = open('/offres', true);
  await screen.findByRole('heading', { name: 'Offres' });
  vi.spyOn(globalThis, 'fetch').mockResolvedValue(new Response(null, { status: 204 }));
  await act(() => session.signOut());
  expect(await screen.findByRole('heading', { name: 'Heureux de vous revoir' })).toBeTruthy();
});

test('an unknown page says so', async () => {
  open('/nulle-part', false);
  expect(await screen.findByRole('heading', { name: 'Cette page n’existe pas.' })).toBeTruthy();
});

test('messages that nobody has read are counted on the tab and beside the way to them', async () => {
  const { convex } = open('/offres', true);
  convex.on(api.offres.received, () => pageOf([offre({ status: 'accepted' })]));
  convex.on(api.messages.list, () => pageOf([message(bruno), message(amina)]));
  act(() => convex.changed());
  expect((await screen.findAllByText(', 1 nouveau message')).length).toBeGreaterThan(0);
  expect(document.title).toBe('(1) Offres · Visavis');
});
