import { act, fireEvent, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { api } from '../../api/generated';
import type { MeetSession, MeetSummary } from '../../api/generated';
import { wordsIn } from '../../i18n/words';
import { FakeConvex } from '../../testing/fakeConvex';
import { render } from '../../testing/render';
import { amina, bruno, id, meetSession, meetSummary } from '../../testing/samples';
import { EndScreen } from './EndScreen';
import { endingOf } from './ending';

const ended = (change: Partial<MeetSession> = {}) =>
  meetSession({ role: 'demandeur', autre: bruno, status: 'completed', endedBy: bruno._id, endedAt: Date.now(), ...change });

function show({ session = ended(), summary = meetSummary(), wasHere = true } = {}) {
  const held = { summary };
  const convex = new FakeConvex()
    .on(api.meetSessions.getSummary, () => held.summary)
    .on(api.meetSessions.setOutcome, ({ outcome }) => {
      held.summary = { ...held.summary, review: { ...held.summary.review, outcome } };
      return null;
    })
    .on(api.meetSessions.rate, ({ sound, picture, remark }) => {
      const { review } = held.summary;
      held.summary = {
        ...held.summary,
        review: { ...review, sound: sound ?? review.sound, picture: picture ?? review.picture, remark: remark ?? review.remark },
      };
      return null;
    })
    .on(api.meetSessions.start, () => ({ meetSessionId: id<'meetSessions'>('next'), callId: 'meet_next' }));
  render(<EndScreen session={session} wasHere={wasHere} />, { path: '/meet/meet', convex });
  return { convex, held };
}

const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));

beforeEach(() => void vi.useFakeTimers({ shouldAdvanceTime: true }));
afterEach(() => void vi.useRealTimers());

test('says who hung up and how long one was together', async () => {
  show();
  expect(await screen.findByRole('heading', { level: 1, name: 'Bruno Lefèvre a raccroché' })).toBeTruthy();
  expect(await screen.findByText('10 min ensemble')).toBeTruthy();
});

const words = wordsIn('fr');
const parts = (session: Partial<MeetSession>, summary: Partial<MeetSummary>) => {
  const { title, why } = endingOf(words, ended(session), meetSummary(summary));
  return [title, why];
};

test.each<[string, Partial<MeetSession>, Partial<MeetSummary>, [string, string | null]]>([
  ['one hung up oneself', { endedBy: amina._id }, {}, ['Appel terminé', null]],
  ['the room was left empty', { endedBy: 'system' }, {}, ['Appel terminé', 'La salle était vide depuis 30 minutes.']],
  ['the other never came', { endedBy: amina._id }, { togetherMs: 0, autreJoinedAt: null }, ['La rencontre n’a pas eu lieu', 'Bruno Lefèvre n’a pas rejoint l’appel.']],
  ['one came too late', {}, { togetherMs: 0, joinedAt: null }, ['La rencontre n’a pas eu lieu', 'Bruno Lefèvre a attendu, puis raccroché.']],
  ['nobody came', { status: 'cancelled', endedBy: 'system' }, { status: 'cancelled' }, ['La rencontre n’a pas eu lieu', 'Personne n’est venu pendant 24 heures.']],
  ['the other cancelled', { status: 'cancelled' }, { status: 'cancelled' }, ['Rendez-vous annulé', 'Bruno Lefèvre l’a annulé avant la rencontre.']],
  ['one cancelled oneself', { status: 'cancelled', endedBy: amina._id }, { status: 'cancelled' }, ['Rendez-vous annulé', 'Vous l’avez annulé avant de vous rencontrer.']],
])('has its words when %s', (_, session, summary, said) => {
  expect(parts(session, summary)).toEqual(said);
});

test('keeps the outcome and the two marks as they are chosen, and then asks why', async () => {
  const user = userEvent.setup({ advanceTimers: (ms) => vi.advanceTimersByTime(ms) });
  const { convex } = show();
  await user.click(await screen.findByRole('radio', { name: 'À poursuivre' }));
  expect(convex.calls.at(-1)).toEqual({ name: 'meetSessions:setOutcome', args: { sessionId: 'meet', outcome: 'continued' } });
  expect(screen.queryByLabelText('Pourquoi ? (facultatif)')).toBeNull();
  await user.click(within('Son', '2, médiocre'));
  expect(convex.calls.at(-1)).toEqual({ name: 'meetSessions:rate', args: { sessionId: 'meet', sound: 2 } });
  await user.click(within('Image', '5, impeccable'));
  await user.type(await screen.findByLabelText('Pourquoi ? (facultatif)'), 'Un écho.');
  await user.click(screen.getByRole('button', { name: 'Enregistrer' }));
  expect(convex.calls.at(-1)).toEqual({ name: 'meetSessions:rate', args: { sessionId: 'meet', remark: 'Un écho.' } });
  expect(await screen.findByText('Réponse enregistrée.')).toBeTruthy();
});

function within(group: string, name: string) {
  const found = screen.getAllByRole('radio', { name }).find((radio) => radio.getAttribute('name') === group);
  if (found === undefined) throw new Error(`no ${name} for ${group}`);
  return found;
}

test('asks for no marks where nobody met', async () => {
  show({ summary: meetSummary({ togetherMs: 0, autreJoinedAt: null }) });
  expect(await screen.findByRole('radio', { name: 'Sans suite' })).toBeTruthy();
  expect(screen.queryByText('Comment étaient le son et l’image ?')).toBeNull();
});

test('goes back by itself after 30 seconds that nobody touched', async () => {
  show();
  await screen.findByRole('button', { name: 'Rester ici' });
  await pass(28_000);
  expect(location.pathname).toBe('/meet/meet');
  await pass(4_000);
  expect(location.pathname).toBe('/dashboard');
});

test('stays once a key, the pointer or the focus has moved', async () => {
  show();
  await screen.findByRole('button', { name: 'Rester ici' });
  fireEvent.keyDown(document.body, { key: 'Tab' });
  expect(screen.queryByText(/Retour automatique/)).toBeNull();
  await pass(60_000);
  expect(location.pathname).toBe('/meet/meet');
});

test('a pointer that lies still is no touch', async () => {
  show();
  await screen.findByRole('button', { name: 'Rester ici' });
  fireEvent.pointerMove(document.body, { clientX: 700, clientY: 800 });
  fireEvent.pointerMove(document.body, { clientX: 701, clientY: 800 });
  expect(screen.getByText(/Retour automatique/)).toBeTruthy();
  fireEvent.pointerMove(document.body, { clientX: 720, clientY: 800 });
  expect(screen.queryByText(/Retour automatique/)).toBeNull();
});

test('stays for good where that was wished, and on a call that ended earlier', async () => {
  const user = userEvent.setup({ advanceTimers: (ms) => vi.advanceTimersByTime(ms) });
  show();
  await user.click(await screen.findByRole('checkbox', { name: 'Toujours rester ici après un appel' }));
  document.body.replaceChildren();
  show();
  await screen.findByRole('link', { name: 'Retour au tableau de bord' });
  expect(screen.queryByText(/Retour automatique/)).toBeNull();
  localStorage.clear();
  document.body.replaceChildren();
  show({ wasHere: false });
  await screen.findByRole('link', { name: 'Retour au tableau de bord' });
  expect(screen.queryByText(/Retour automatique/)).toBeNull();
});

test('takes the call up again for two minutes, and not after', async () => {
  const user = userEvent.setup({ advanceTimers: (ms) => vi.advanceTimersByTime(ms) });
  const { convex } = show({ wasHere: true });
  fireEvent.keyDown(document.body, { key: 'Shift' });
  await pass(115_000);
  const button = screen.getByRole('button', { name: 'Reprendre l’appel' });
  expect(screen.getByText(/Possible pendant encore 30/)).toBeTruthy();
  await user.click(button);
  expect(convex.calls.at(-1)).toEqual({ name: 'meetSessions:start', args: { offreId: 'offre' } });
  expect(location.pathname).toBe('/meet/next');
  await pass(10_000);
  expect(screen.queryByRole('button', { name: 'Reprendre l’appel' })).toBeNull();
});
