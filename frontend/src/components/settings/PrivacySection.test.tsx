import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { api } from '../../api/generated';
import { Refusal } from '../../api/refusal';
import { FakeConvex } from '../../testing/fakeConvex';
import { fakeSession } from '../../testing/fakeSession';
import { render } from '../../testing/render';
import { PrivacySection } from './PrivacySection';

test('a copy is fetched by its link, and one too many is refused in words', async () => {
  const links: string[] = [];
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    links.push(this.href);
  });
  let left = 1;
  const convex = new FakeConvex().on(api.users.generateExportUrl, () => {
    if (left-- > 0) return 'http://here/api/account/export/amina?s';
    throw new Refusal('rate_limited');
  });
  render(<PrivacySection />, { path: '/parametres', convex });
  const button = await screen.findByRole('button', { name: 'Télécharger une copie' });
  await userEvent.click(button);
  expect(await screen.findByText(/La copie est prête/)).toBeTruthy();
  expect(links).toEqual(['http://here/api/account/export/amina?s']);
  await userEvent.click(button);
  expect(await screen.findByText(/Cinq copies par jour/)).toBeTruthy();
});

test('erasing says what goes and what stays, and needs the password', async () => {
  const session = fakeSession(true);
  const given: string[] = [];
  session.erase = async (password) => {
    given.push(password);
    if (password !== 'right') throw new Refusal('invalid', { field: 'password' });
  };
  render(<PrivacySection />, { path: '/parametres', session });
  await userEvent.click(await screen.findByRole('button', { name: 'Supprimer le compte' }));
  const dialog = within(await screen.findByRole('dialog', { name: /Supprimer votre compte/ }));
  expect(dialog.getByText(/sous le nom « Compte supprimé »/)).toBeTruthy();
  await userEvent.click(dialog.getByRole('button', { name: 'Supprimer définitivement' }));
  expect(given).toEqual([]);
  await userEvent.type(dialog.getByLabelText('Votre mot de passe'), 'wrong');
  await userEvent.click(dialog.getByRole('button', { name: 'Supprimer définitivement' }));
  expect(await dialog.findByText('Ce n’est pas votre mot de passe.')).toBeTruthy();
  await userEvent.clear(dialog.getByLabelText('Votre mot de passe'));
  await userEvent.type(dialog.getByLabelText('Votre mot de passe'), 'right');
  await userEvent.click(dialog.getByRole('button', { name: 'Supprimer définitivement' }));
  expect(given).toEqual(['wrong', 'right']);
  await expect.poll(() => location.pathname).toBe('/');
});
