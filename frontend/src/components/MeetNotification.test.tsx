import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test } from 'vitest';
import { api } from '../api/generated';
import type { ActiveMeet } from '../api/generated';
import { FakeConvex } from '../testing/fakeConvex';
import { render } from '../testing/render';
import { activeMeet, bruno, id, ring } from '../testing/samples';
import { MeetNotification } from './MeetNotification';

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  document.title = 'Tableau de bord · Visavis';
});

function withMeets(meets: ActiveMeet[]) {
  const world = { meets };
  const convex = new FakeConvex()
    .on(api.meetSessions.getUserActiveMeetSessions, () => world.meets)
    .on(api.meetSessions.answer, () => null)
    .on(api.meetSessions.ringShown, () => null)
    .on(api.meetSessions.snooze, () => null)
    .on(api.meetSessions.decline, () => null);
  const called = (name: string) => convex.calls.filter((call) => call.name === `meetSessions:${name}`).map(({ args }) => args);
  return { world, convex, called };
}
const card = () => screen.findByRole('alertdialog');

test('tells the offreur that the offre was accepted, on what and by whom', async () => {
  render(<MeetNotification />, withMeets([activeMeet({ role: 'offreur' })]));
  const shown = within(await card());
  expect(shown.getByRole('heading', { name: /Votre offre a été acceptée/ })).toBeTruthy();
  expect(shown.getByText('Monter une armoire de trois portes')).toBeTruthy();
  expect(shown.getByText(/avec Amina Benali/)).toBeTruthy();
});

test('tells the demandeur that the meet is ready, and who is there', async () => {
  render(<MeetNotification />, withMeets([activeMeet({ role: 'demandeur', autre: bruno, present: [bruno._id] })]));
  const shown = within(await card());
  expect(shown.getByRole('heading', { name: 'Votre Meet est prêt' })).toBeTruthy();
  expect(shown.getByText(/Bruno Lefèvre vous attend dans la salle/)).toBeTruthy();
});

test('joins with one press', async () => {
  render(<MeetNotification />, withMeets([activeMeet()]));
  await userEvent.click(within(await card()).getByRole('button', { name: 'Rejoindre le Meet' }));
  expect(location.pathname).toBe('/meet/meet');
  expect(screen.queryByRole('alertdialog')).toBeNull();
});

test('closing hides it here and refuses nothing', async () => {
  const { convex } = withMeets([activeMeet()]);
  render(<MeetNotification />, { convex });
  await userEvent.click(within(await card()).getByRole('button', { name: /^Fermer/ }));
  expect(screen.queryByRole('alertdialog')).toBeNull();
  expect(convex.calls).toEqual([]);
});

test('stays closed after a reload, until there is another meeting', async () => {
  const { world, convex } = withMeets([activeMeet()]);
  const before = render(<MeetNotification />, { convex });
  await userEvent.click(within(await card()).getByRole('button', { name: /^Fermer/ }));
  before.unmount();
  render(<MeetNotification />, { convex });
  expect(screen.queryByRole('alertdialog')).toBeNull();
  world.meets = [activeMeet(), activeMeet({ _id: id('next'), demande: { _id: id('d'), titre: 'La suivante' } })];
  convex.changed();
  expect(await screen.findByText('La suivante')).toBeTruthy();
});

test('is not shown on the page of its own meeting, but on that of another', async () => {
  render(<MeetNotification />, { path: '/meet/other', ...withMeets([activeMeet(), activeMeet({ _id: id('other') })]) });
  expect(within(await card()).queryByText(/autre/)).toBeNull();
});

test('takes no focus and folds older meetings behind the newest', async () => {
  const newest = activeMeet({ _id: id('new'), createdAt: 2, demande: { _id: id('d'), titre: 'La plus récente' } });
  render(<MeetNotification />, withMeets([activeMeet({ createdAt: 1 }), newest]));
  const shown = within(await card());
  expect(shown.getByText('La plus récente')).toBeTruthy();
  expect(shown.getByText('+ 1 autre')).toBeTruthy();
  expect(document.activeElement).toBe(document.body);
});

test('goes away by itself when the meeting has ended', async () => {
  const { world, convex } = withMeets([activeMeet()]);
  render(<MeetNotification />, { convex });
  await card();
  world.meets = [];
  convex.changed();
  await expect.poll(() => screen.queryByRole('alertdialog')).toBeNull();
});

test('while it rings it is announced once, the tab says so, and the server is told that it shows', async () => {
  const { world, convex, called } = withMeets([activeMeet({ ring: ring() })]);
  render(<MeetNotification />, { convex });
  await card();
  expect(screen.getByRole('alert').textContent).toContain('Amina Benali vous appelle');
  expect(document.title).toBe('Amina Benali vous attend · Visavis');
  await expect.poll(() => called('ringShown')).toMatchObject([{ sessionId: 'meet', sign: 'shown' }]);
  world.meets = [activeMeet({ ring: ring({ status: 'missed' }) })];
  convex.changed();
  await expect.poll(() => document.title).toBe('Tableau de bord · Visavis');
  expect(screen.queryByRole('alert')).toBeNull();
});

test('a page that names itself while it rings gets its name afterwards', async () => {
  const { world, convex } = withMeets([activeMeet({ ring: ring() })]);
  render(<MeetNotification />, { convex });
  await card();
  document.title = 'Offres · Visavis';
  await expect.poll(() => document.title).toBe('Amina Benali vous attend · Visavis');
  world.meets = [];
  convex.changed();
  await expect.poll(() => document.title).toBe('Offres · Visavis');
});

test('hidden while it rings, this device is quiet and the ring goes on elsewhere', async () => {
  const { convex, called } = withMeets([activeMeet({ ring: ring() })]);
  render(<MeetNotification />, { convex });
  await userEvent.click(within(await card()).getByRole('button', { name: /^Fermer/ }));
  expect(screen.queryByRole('alertdialog')).toBeNull();
  expect(document.title).toBe('Tableau de bord · Visavis');
  expect(called('decline')).toEqual([]);
});

test('hidden, it comes back when one is called again', async () => {
  const { world, convex } = withMeets([activeMeet({ ring: ring() })]);
  render(<MeetNotification />, { convex });
  await userEvent.click(within(await card()).getByRole('button', { name: /^Fermer/ }));
  world.meets = [activeMeet({ ring: ring({ status: 'missed' }) })];
  convex.changed();
  expect(screen.queryByRole('alertdialog')).toBeNull();
  world.meets = [activeMeet({ ring: ring({ times: 2 }) })];
  convex.changed();
  expect(await card()).toBeTruthy();
});

test('answered on another device, it goes; answered here, it comes back when one leaves', async () => {
  const { world, convex } = withMeets([activeMeet({ ring: ring() })]);
  const seen = render(<MeetNotification />, { convex });
  await card();
  world.meets = [activeMeet({ ring: ring({ status: 'answered', since: Date.now() }) })];
  convex.changed();
  await expect.poll(() => screen.queryByRole('alertdialog')).toBeNull();
  seen.unmount();

  const here = withMeets([activeMeet({ ring: ring() })]);
  render(<MeetNotification />, here);
  await userEvent.click(within(await card()).getByRole('button', { name: 'Rejoindre le Meet' }));
  expect(here.called('answer')).toEqual([{ sessionId: 'meet' }]);
  here.world.meets = [activeMeet({ ring: ring({ status: 'answered', since: Date.now() }) })];
  history.pushState(null, '', '/dashboard');
  here.convex.changed();
  expect(await card()).toBeTruthy();
});

test('« pas maintenant » offers five minutes once, and declines with a word', async () => {
  const { world, convex, called } = withMeets([activeMeet({ ring: ring() })]);
  render(<MeetNotification />, { convex });
  const shown = within(await card());
  expect(shown.queryByText(/Proposer un autre moment/)).toBeNull();
  await userEvent.click(shown.getByRole('button', { name: 'Pas maintenant' }));
  await userEvent.click(shown.getByRole('button', { name: 'Me rappeler dans 5 minutes' }));
  expect(called('snooze')).toEqual([{ sessionId: 'meet' }]);
  world.meets = [activeMeet({ ring: ring({ canSnooze: false }) })];
  convex.changed();
  await expect.poll(() => shown.queryByRole('button', { name: 'Me rappeler dans 5 minutes' })).toBeNull();
  await userEvent.click(shown.getByRole('button', { name: /^Refuser/ }));
  expect(document.activeElement).toBe(shown.getByLabelText(/^Un mot pour/));
  await userEvent.type(shown.getByLabelText(/^Un mot pour Amina Benali/), ' Demain plutôt. ');
  await userEvent.click(shown.getByRole('button', { name: 'Refuser l’appel' }));
  expect(called('decline')).toEqual([{ sessionId: 'meet', message: 'Demain plutôt.' }]);
});

test('who opened the meeting has nothing to decline', async () => {
  render(<MeetNotification />, withMeets([activeMeet({ role: 'demandeur', ring: ring({ status: 'answered', times: 0 }) })]));
  expect(within(await card()).queryByRole('button', { name: 'Pas maintenant' })).toBeNull();
});

test('put off, it is not shown until it rings again', async () => {
  const { world, convex } = withMeets([activeMeet({ ring: ring({ status: 'snoozed' }) })]);
  render(<MeetNotification />, { convex });
  expect(screen.queryByRole('alertdialog')).toBeNull();
  world.meets = [activeMeet({ ring: ring({ times: 2 }) })];
  convex.changed();
  expect(await card()).toBeTruthy();
});

test('F6 goes to the card and back, and Escape in it is ×', async () => {
  const { convex } = withMeets([activeMeet({ ring: ring() })]);
  render(
    <>
      <button>ailleurs</button>
      <MeetNotification />
    </>,
    { convex },
  );
  const shown = within(await card());
  screen.getByRole('button', { name: 'ailleurs' }).focus();
  await userEvent.keyboard('{F6}');
  expect(document.activeElement).toBe(shown.getByRole('button', { name: 'Rejoindre le Meet' }));
  await userEvent.tab();
  expect(document.activeElement).toBe(shown.getByRole('button', { name: 'Pas maintenant' }));
  await userEvent.tab();
  expect(document.activeElement).toBe(shown.getByRole('button', { name: /^Fermer/ }));
  await userEvent.keyboard('{F6}');
  expect(document.activeElement).toBe(screen.getByRole('button', { name: 'ailleurs' }));
  await userEvent.keyboard('{F6}{Escape}');
  expect(screen.queryByRole('alertdialog')).toBeNull();
  expect(document.activeElement).toBe(screen.getByRole('button', { name: 'ailleurs' }));
});
