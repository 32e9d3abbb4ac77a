import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { api } from '../api/generated';
import { FakeConvex, pageOf } from '../testing/fakeConvex';
import { render } from '../testing/render';
import { bruno, id, meetSummary, message, pastMeet } from '../testing/samples';
import { Historique } from './Historique';
import { PastMeetPage } from './PastMeetPage';

test('finds past calls by what they were about and with whom', async () => {
  const convex = new FakeConvex().on(api.meetSessions.history, ({ recherche }) => pageOf(recherche === undefined || recherche === 'piano' ? [pastMeet()] : []));
  render(<Historique />, { path: '/historique', convex });
  expect((await screen.findByRole('link', { name: /Cours de piano/ })).getAttribute('href')).toBe('/historique/past');
  await userEvent.type(screen.getByRole('searchbox', { name: 'Rechercher un appel' }), 'piano');
  expect(await screen.findByRole('link', { name: /Cours de piano/ })).toBeTruthy();
  await userEvent.type(screen.getByRole('searchbox'), ' vert');
  expect(await screen.findByText(/Aucun appel ne correspond à « piano vert »/)).toBeTruthy();
});

test('a session’s page holds times, quality, answers, messages and files', async () => {
  const plan = { url: '/plan', nom: 'plan.pdf', taille: 2000, type: 'application/pdf' };
  const convex = new FakeConvex()
    .on(api.meetSessions.getSummary, () =>
      meetSummary({
        review: { outcome: 'agreed', sound: 4, picture: null, remark: '' },
        quality: { measuredMs: 600_000, lossSent: 0.004, lossReceived: 0.031, rttMs: 42, pauses: 2, pausedMs: 1900 },
      }),
    )
    .on(api.messages.list, () => pageOf([message(bruno, { fichier: plan }), message(bruno, { texte: 'Voici le plan.' })]));
  render(<PastMeetPage sessionId="meet" />, { path: '/historique/meet', convex });
  expect(await screen.findByRole('heading', { level: 1, name: 'Monter une armoire de trois portes' })).toBeTruthy();
  expect(screen.getByText('Connexion moyenne pendant l’appel.')).toBeTruthy();
  expect(screen.getByText('3,1 %')).toBeTruthy();
  expect(screen.getByText(/2 fois, 2 s en tout/)).toBeTruthy();
  expect(screen.getByText(/par Bruno Lefèvre/)).toBeTruthy();
  expect(screen.getByRole<HTMLInputElement>('radio', { name: 'Accord conclu' }).checked).toBe(true);
  expect(await screen.findByText('Voici le plan.')).toBeTruthy();
  expect(screen.getAllByRole('link', { name: /Télécharger.*plan\.pdf/ })).toHaveLength(2); // in the talk and in the list
  expect(screen.getByRole('link', { name: 'Voir la demande' }).getAttribute('href')).toBe('/demandes/demande');
});

test('a call of others is refused in words, with a way back', async () => {
  render(<PastMeetPage sessionId={id<'meetSessions'>('x')} />, { path: '/historique/x', convex: new FakeConvex().on(api.meetSessions.getSummary, () => null) });
  expect(await screen.findByRole('heading', { name: /ne vous est pas destiné/ })).toBeTruthy();
  expect(screen.getByRole('link', { name: 'Tous les appels' })).toBeTruthy();
});
