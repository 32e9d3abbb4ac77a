import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { api } from '../api/generated';
import type { ActiveMeet } from '../api/generated';
import { FakeConvex } from '../testing/fakeConvex';
import { render } from '../testing/render';
import { activeMeet, bruno, id } from '../testing/samples';
import { MeetNotification } from './MeetNotification';

function withMeets(meets: ActiveMeet[]) {
  const world = { meets };
  const convex = new FakeConvex().on(api.meetSessions.getUserActiveMeetSessions, () => world.meets);
  return { world, convex };
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
