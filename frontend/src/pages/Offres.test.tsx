import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { ConvexError } from 'convex/values';
import { expect, test } from 'vitest';
import { api } from '../api/generated';
import { FakeConvex, pageOf } from '../testing/fakeConvex';
import { render } from '../testing/render';
import { amina, id, offre } from '../testing/samples';
import { Offres } from './Offres';

const received = () =>
  new FakeConvex().on(api.offres.received, () => pageOf([offre()])).on(api.offres.sent, () => pageOf([]));

test('accepting redirects at once to the meeting', async () => {
  const convex = received().on(api.offres.updateOffreStatus, () => ({ meetSessionId: id<'meetSessions'>('m1'), callId: 'meet_1' }));
  render(<Offres />, { path: '/offres', convex });
  await userEvent.click(await screen.findByRole('button', { name: 'Accepter' }));
  expect(convex.calls).toEqual([{ name: 'offres:updateOffreStatus', args: { offreId: 'offre', status: 'accepted' } }]);
  await expect.poll(() => location.pathname).toBe('/meet/m1');
});

test('declining stays on the page', async () => {
  const convex = received().on(api.offres.updateOffreStatus, () => null);
  render(<Offres />, { path: '/offres', convex });
  await userEvent.click(await screen.findByRole('button', { name: 'Décliner' }));
  expect(convex.calls[0]?.args).toEqual({ offreId: 'offre', status: 'rejected' });
  expect(location.pathname).toBe('/offres');
});

test('an offre that is gone is said in words, where it is', async () => {
  const convex = received().on(api.offres.updateOffreStatus, () => {
    throw new ConvexError({ code: 'conflict', message: 'offre is withdrawn' });
  });
  render(<Offres />, { path: '/offres', convex });
  await userEvent.click(await screen.findByRole('button', { name: 'Accepter' }));
  expect((await screen.findByRole('alert')).textContent).toContain('déjà acceptée');
});

test('one’s own pending offre can be withdrawn', async () => {
  const convex = new FakeConvex()
    .on(api.offres.received, () => pageOf([]))
    .on(api.offres.sent, () => pageOf([offre({ offreur: amina })]))
    .on(api.offres.updateOffreStatus, () => null);
  render(<Offres />, { path: '/offres', convex });
  await userEvent.click(await screen.findByRole('button', { name: 'Retirer' }));
  expect(convex.calls[0]?.args).toEqual({ offreId: 'offre', status: 'withdrawn' });
});
