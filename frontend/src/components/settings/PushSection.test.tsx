import { act, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { api } from '../../api/generated';
import { FakeConvex } from '../../testing/fakeConvex';
import { render } from '../../testing/render';
import { usePushWish } from '../push/subscription';
import { PushSection } from './PushSection';

const serverKey = 'BAEC'; // three bytes are a key here

/** A browser whose push service works, and which answers so when it is asked. */
function fakeBrowser(answer: NotificationPermission) {
  const asked: string[] = [];
  let subscription: object | null = null;
  const pushManager = {
    getSubscription: () => Promise.resolve(subscription),
    subscribe: ({ applicationServerKey }: { applicationServerKey: Uint8Array<ArrayBuffer> }) => {
      subscription = {
        endpoint: 'https://push.example/1',
        options: { applicationServerKey: applicationServerKey.buffer },
        getKey: (name: string) => Uint8Array.from(name === 'auth' ? [1] : [2]).buffer,
        unsubscribe: () => {
          subscription = null;
          return Promise.resolve(true);
        },
      };
      return Promise.resolve(subscription);
    },
  };
  const registration = { pushManager };
  const notification = {
    permission: 'default' as NotificationPermission,
    requestPermission: () => {
      asked.push('permission');
      notification.permission = answer;
      return Promise.resolve(answer);
    },
  };
  vi.stubGlobal('Notification', notification);
  vi.stubGlobal('PushManager', vi.fn());
  vi.stubGlobal('navigator', {
    ...navigator,
    userAgent: 'Chrome',
    serviceWorker: { register: () => Promise.resolve(registration), ready: Promise.resolve(registration), getRegistration: () => Promise.resolve(registration) },
  });
  return { asked, notification };
}

function server(key: string | null = serverKey) {
  return new FakeConvex()
    .on(api.push.publicKey, () => key)
    .on(api.push.subscribe, () => null)
    .on(api.push.unsubscribe, () => null);
}
const told = (convex: FakeConvex) => convex.calls.map(({ name }) => name);

beforeEach(() => localStorage.clear());
afterEach(() => {
  act(() => usePushWish.getState().want(false));
  vi.unstubAllGlobals();
});

test('the browser asks after the button alone, and the server learns of this device', async () => {
  const browser = fakeBrowser('granted');
  const convex = server();
  render(<PushSection />, { convex });
  const button = await screen.findByRole('button', { name: 'Recevoir les appels même onglet fermé' });
  expect(screen.getByText(/^Uniquement pour les appels/)).toBeTruthy();
  expect(browser.asked).toEqual([]);
  await userEvent.click(button);
  await userEvent.click(await screen.findByRole('button', { name: 'Ne plus recevoir les appels ici' }));
  expect(await screen.findByRole('button', { name: /^Recevoir les appels/ })).toBeTruthy();
  expect(told(convex)).toEqual(['push:subscribe', 'push:unsubscribe']);
  expect(convex.calls[0]?.args).toMatchObject({ endpoint: 'https://push.example/1', p256dh: 'Ag', auth: 'AQ' });
});

test('a refusal is said, with the way out', async () => {
  fakeBrowser('denied');
  const convex = server();
  render(<PushSection />, { convex });
  await userEvent.click(await screen.findByRole('button', { name: /^Recevoir les appels/ }));
  expect(await screen.findByText(/bloquées par votre navigateur/)).toBeTruthy();
  expect(screen.getByText(/réglages du site/)).toBeTruthy();
  expect(told(convex)).toEqual([]);
});

test('a push service that does not answer is said, and can be tried again', async () => {
  fakeBrowser('granted');
  const convex = server().on(api.push.subscribe, () => {
    throw new Error('away');
  });
  render(<PushSection />, { convex });
  await userEvent.click(await screen.findByRole('button', { name: /^Recevoir les appels/ }));
  expect(await screen.findByText(/n’a pas répondu/)).toBeTruthy();
  expect(screen.getByRole('button', { name: /^Recevoir les appels/ })).toBeTruthy();
});

test('an iPhone says first where it has to be opened', async () => {
  fakeBrowser('granted');
  vi.stubGlobal('PushManager', undefined);
  Reflect.deleteProperty(globalThis, 'PushManager');
  vi.stubGlobal('navigator', { ...navigator, userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X)' });
  render(<PushSection />, { convex: server() });
  expect(await screen.findByText(/ajoutez d’abord Visavis à l’écran d’accueil/)).toBeTruthy();
  expect(screen.queryByRole('button')).toBeNull();
});

test('a server without push offers none', async () => {
  fakeBrowser('granted');
  const { container } = render(<PushSection />, { convex: server(null) });
  await act(async () => undefined);
  expect(container.textContent).toBe('');
});
