import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { Refusal } from '../api/refusal';
import { fakeSession } from '../testing/fakeSession';
import { render } from '../testing/render';
import { Inscription } from './Inscription';

async function fill(name: string, email: string, password: string) {
  if (name) await userEvent.type(screen.getByLabelText('Nom'), name);
  if (email) await userEvent.type(screen.getByLabelText('E-mail'), email);
  if (password) await userEvent.type(screen.getByLabelText('Mot de passe'), password);
  await userEvent.click(screen.getByRole('button', { name: 'Créer un compte' }));
}

test('signs up and leads to the dashboard', async () => {
  const session = fakeSession(false);
  const signUp = vi.spyOn(session, 'signUp').mockResolvedValue();
  render(<Inscription />, { path: '/inscription', session });
  await fill(' Amina ', 'amina@example.org', 'une phrase assez longue');
  expect(signUp).toHaveBeenCalledWith({ name: 'Amina', email: 'amina@example.org', password: 'une phrase assez longue', locale: 'fr' });
  await expect.poll(() => location.pathname).toBe('/dashboard');
});

test('asks for what is missing at its field', async () => {
  render(<Inscription />, { session: fakeSession(false) });
  await fill('', 'amina', 'court');
  expect(await screen.findByText('Indiquez votre nom.')).toBeTruthy();
  expect(screen.getByText('Indiquez une adresse e-mail valable.')).toBeTruthy();
  expect(screen.getByText('Il faut au moins 12 caractères.')).toBeTruthy();
});

test('whether a short password is hard enough to guess is the server’s to say', async () => {
  const session = fakeSession(false);
  const signUp = vi.spyOn(session, 'signUp').mockRejectedValue(new Refusal('invalid', { field: 'password' }));
  render(<Inscription />, { session });
  await fill('Amina', 'amina@example.org', 'Pa55-w0rd!x');
  expect(signUp).toHaveBeenCalledOnce();
  expect(await screen.findByText('Ce mot de passe est trop facile à deviner. Choisissez-en un plus long.')).toBeTruthy();
});

test('an e-mail that is taken is said at the e-mail', async () => {
  const session = fakeSession(false);
  vi.spyOn(session, 'signUp').mockRejectedValue(new Refusal('email_taken'));
  render(<Inscription />, { session });
  await fill('Amina', 'amina@example.org', 'une phrase assez longue');
  expect(await screen.findByText('Un compte existe déjà avec cet e-mail.')).toBeTruthy();
});
