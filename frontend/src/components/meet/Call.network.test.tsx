import { act, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FakeMeet, person } from '../../testing/fakeMeet';
import { render } from '../../testing/render';
import { bruno, meetSession } from '../../testing/samples';
import { Call } from './Call';
import { useCallUi } from './callUi';
import { useToasts } from './toasts';

let meet: FakeMeet;
const onLeave = vi.fn();
const onStartOver = vi.fn();

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] });
  meet = new FakeMeet();
  useToasts.setState({ toasts: [] });
  useCallUi.setState({ dialog: null, panel: null });
  meet.set({ link: { status: 'live' }, others: [person({ id: bruno._id, name: bruno.name })] });
  render(<Call client={meet} session={meetSession({ autre: bruno })} discussion={{ unread: 0, panel: null }} onHangUp={() => undefined} onLeave={onLeave} onStartOver={onStartOver} />);
});
afterEach(() => {
  vi.useRealTimers();
  vi.clearAllMocks();
});
const pass = (ms: number) => act(() => vi.advanceTimersByTime(ms));

test('a short gap is not worth a word, a longer one is said, and its end too', () => {
  act(() => meet.set({ link: { status: 'reconnecting', since: Date.now() } }));
  pass(500);
  act(() => meet.set({ link: { status: 'live' } }));
  expect(useToasts.getState().toasts).toEqual([]);
  act(() => meet.set({ link: { status: 'reconnecting', since: Date.now() } }));
  pass(2_000);
  expect(screen.getByText('Reconnexion… Votre place est gardée.')).toBeTruthy();
  act(() => meet.set({ link: { status: 'live' } }));
  expect(screen.getByText('Connexion rétablie')).toBeTruthy();
});

test('after ten seconds one can start over', async () => {
  act(() => meet.set({ link: { status: 'reconnecting', since: Date.now() } }));
  pass(11_000);
  await userEvent.click(screen.getByRole('button', { name: 'Réessayer' }));
  expect(onStartOver).toHaveBeenCalledOnce();
});

test('one leaves without ending by the menu beside hanging up', async () => {
  await userEvent.click(screen.getByRole('button', { name: 'Autres façons de quitter' }));
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Quitter sans terminer (je reviens)' }));
  expect(onLeave).toHaveBeenCalledOnce();
});
