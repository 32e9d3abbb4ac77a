import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { api } from '../api/generated';
import { useSounds } from '../components/sounds';
import { FakeConvex } from '../testing/fakeConvex';
import { render } from '../testing/render';
import { Parametres } from './Parametres';

beforeEach(() => localStorage.clear());
afterEach(() => {
  useSounds.getState().change({ ring: true, quiet: null });
  delete document.documentElement.dataset['theme'];
});

test('sounds and quiet hours are kept on this device', async () => {
  render(<Parametres />);
  await userEvent.click(await screen.findByRole('switch', { name: /^Sonnerie des appels/ }));
  await userEvent.click(screen.getByRole('switch', { name: /^Heures calmes/ }));
  expect(screen.getByLabelText('De')).toHaveProperty('value', '22:00');
  expect(JSON.parse(localStorage.getItem('visavis.sounds') ?? '')).toMatchObject({ ring: false, quiet: { from: 1320, to: 420 } });
});

test('light or dark is chosen, or left to the device', async () => {
  render(<Parametres />);
  await userEvent.selectOptions(await screen.findByLabelText('Apparence'), 'Sombre');
  expect(document.documentElement.dataset['theme']).toBe('dark');
  await userEvent.selectOptions(screen.getByLabelText('Apparence'), 'Comme l’appareil');
  expect(document.documentElement.dataset['theme']).toBeUndefined();
});

test('the name is saved, and an empty one is refused beside its field', async () => {
  const convex = new FakeConvex().on(api.users.update, () => null);
  render(<Parametres />, { convex });
  const name = await screen.findByLabelText('Nom');
  await userEvent.clear(name);
  await userEvent.click(screen.getByRole('button', { name: 'Enregistrer' }));
  expect(await screen.findByText('Indiquez votre nom.')).toBeTruthy();
  await userEvent.type(name, 'Amina B.');
  await userEvent.click(screen.getByRole('button', { name: 'Enregistrer' }));
  expect(convex.calls).toEqual([{ name: 'users:update', args: { name: 'Amina B.' } }]);
  expect(await screen.findByText('Enregistré')).toBeTruthy();
});
