import { screen } from '@testing-library/react';
import { expect, test } from 'vitest';
import { api } from '../api/generated';
import type { Demande, Offre } from '../api/generated';
import { FakeConvex, pageOf } from '../testing/fakeConvex';
import { render } from '../testing/render';
import { amina, bruno, demande, id, message, offre } from '../testing/samples';
import { DemandePage } from './DemandePage';

function show(about: Demande, offres: Offre[]) {
  const convex = new FakeConvex()
    .on(api.demandes.get, () => about)
    .on(api.offres.listForDemande, () => offres)
    .on(api.messages.list, () => pageOf([message(bruno, { texte: 'À samedi' })]));
  render(<DemandePage demandeId="demande" />, { path: '/demandes/demande', convex });
}

test('an accepted offre brings the discussion with its author', async () => {
  show(demande({ status: 'assigned' }), [offre({ status: 'accepted' }), offre({ _id: id('other'), status: 'rejected' })]);
  expect(await screen.findByRole('region', { name: 'Discussion' })).toBeTruthy();
  expect(await screen.findByText('À samedi')).toBeTruthy();
});

test('the author of the accepted offre writes to the owner', async () => {
  show(demande({ status: 'assigned', demandeur: bruno }), [offre({ status: 'accepted', offreur: amina })]);
  expect(await screen.findByRole('log', { name: 'Messages échangés avec Bruno Lefèvre' })).toBeTruthy();
});

test('without one there is nobody to write to', async () => {
  show(demande(), [offre()]);
  await screen.findByRole('button', { name: 'Accepter' });
  expect(screen.queryByRole('region', { name: 'Discussion' })).toBeNull();
});
