import { cleanup, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test } from 'vitest';
import { api } from '../api/generated';
import { forgetFormDrafts } from '../lib/formDrafts';
import { FakeConvex } from '../testing/fakeConvex';
import { render } from '../testing/render';
import { id } from '../testing/samples';
import { NouvelleDemande } from './NouvelleDemande';

beforeEach(forgetFormDrafts);
const publish = () => userEvent.click(screen.getByRole('button', { name: 'Publier la demande' }));

test('publishes what was typed, the price in cents', async () => {
  const convex = new FakeConvex().on(api.demandes.create, () => id<'demandes'>('d1'));
  render(<NouvelleDemande />, { path: '/demandes/nouvelle', convex });
  await userEvent.type(screen.getByLabelText(/^Titre/), 'Tondre la pelouse');
  await userEvent.type(screen.getByLabelText('Description'), 'Deux cents mètres carrés');
  await userEvent.type(screen.getByLabelText(/^Prix/), '100,50');
  await publish();
  expect(convex.calls[0]?.args).toEqual({ titre: 'Tondre la pelouse', description: 'Deux cents mètres carrés', prix: 10050, devise: 'EUR' });
  await expect.poll(() => location.pathname).toBe('/demandes/d1');
});

test('says at each field what is missing, and sends nothing', async () => {
  const convex = new FakeConvex();
  render(<NouvelleDemande />, { convex });
  await publish();
  expect(await screen.findByText('Donnez un titre à votre demande.')).toBeTruthy();
  expect(screen.getByText('Décrivez votre demande en quelques mots.')).toBeTruthy();
  expect(screen.getByText(/Indiquez un montant/)).toBeTruthy();
  expect(document.activeElement).toBe(screen.getByLabelText(/^Titre/));
  expect(convex.calls).toEqual([]);
});

test('what was typed is there again after a reload, until it is published or one signs out', async () => {
  const convex = new FakeConvex().on(api.demandes.create, () => id<'demandes'>('d1'));
  const title = () => screen.getByLabelText<HTMLInputElement>(/^Titre/);
  const open = () => {
    cleanup();
    render(<NouvelleDemande />, { path: '/demandes/nouvelle', convex });
  };
  open();
  await userEvent.type(title(), 'Tondre la pelouse');
  open();
  expect(title().value).toBe('Tondre la pelouse');
  await userEvent.type(screen.getByLabelText('Description'), 'Deux cents mètres carrés');
  await userEvent.type(screen.getByLabelText(/^Prix/), '100');
  await publish();
  await expect.poll(() => location.pathname).toBe('/demandes/d1');
  open();
  expect(title().value).toBe('');
  await userEvent.type(title(), 'Garder un chat');
  forgetFormDrafts();
  open();
  expect(title().value).toBe('');
});
