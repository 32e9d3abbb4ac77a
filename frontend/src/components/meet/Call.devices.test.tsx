import { act, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { builtIn, fakeDevices, usb } from '../../testing/fakeDevices';
import { FakeMeet, person } from '../../testing/fakeMeet';
import { render } from '../../testing/render';
import { bruno, meetSession } from '../../testing/samples';
import { Call } from './Call';
import { useCallUi } from './callUi';
import { useToasts } from './toasts';

let world: ReturnType<typeof fakeDevices>;
let meet: FakeMeet;

beforeEach(() => {
  world = fakeDevices();
  meet = new FakeMeet();
  useToasts.setState({ toasts: [] });
  useCallUi.setState({ dialog: null, panel: null });
  meet.set({ link: { status: 'live' }, others: [person({ id: bruno._id, name: bruno.name })] });
});
afterEach(() => vi.unstubAllGlobals());

function show() {
  render(<Call client={meet} session={meetSession({ autre: bruno })} discussion={{ unread: 0, panel: null }} onHangUp={() => undefined} onLeave={() => undefined} onStartOver={() => undefined} />);
}
const refuseCamera = (name: string) => vi.spyOn(meet, 'setCamera').mockRejectedValue(new DOMException('', name));

test('a camera that is refused in the call says why, and can be tried again or left', async () => {
  world.permit('denied');
  const setCamera = refuseCamera('NotAllowedError');
  show();
  await userEvent.click(screen.getByRole('button', { name: 'Activer la caméra' }));
  expect(await screen.findByText(/n’a pas l’autorisation d’utiliser votre caméra/)).toBeTruthy();
  await userEvent.click(screen.getByRole('button', { name: 'Réessayer' }));
  expect(setCamera).toHaveBeenCalledTimes(2);
  await userEvent.click(await screen.findByRole('button', { name: 'Continuer sans' }));
  expect(screen.queryByText(/n’a pas l’autorisation/)).toBeNull();
});

test('a closed question, a busy and a missing camera each have their sentence', async () => {
  world.permit('prompt');
  refuseCamera('NotAllowedError');
  show();
  const ask = () => userEvent.click(screen.getByRole('button', { name: 'Activer la caméra' }));
  await ask();
  expect(await screen.findByText('La demande d’autorisation a été fermée.')).toBeTruthy();
  expect(screen.getByRole('button', { name: 'Autoriser' })).toBeTruthy();
  refuseCamera('NotReadableError');
  await ask();
  expect(await screen.findByText(/Une autre application utilise votre caméra/)).toBeTruthy();
  expect(screen.getByRole('button', { name: 'Choisir un autre' })).toBeTruthy();
  refuseCamera('NotFoundError');
  await ask();
  expect(await screen.findByText(/Aucune caméra détectée/)).toBeTruthy();
});

test('a missing microphone works as soon as it is plugged in', async () => {
  vi.spyOn(meet, 'setMicrophone').mockRejectedValueOnce(new DOMException('', 'NotFoundError'));
  meet.set({ self: person({ isSelf: true, isMicrophoneOn: false }) });
  show();
  await userEvent.click(screen.getByRole('button', { name: 'Réactiver le micro' }));
  expect(await screen.findByText(/Aucun micro détecté/)).toBeTruthy();
  act(() => world.plug(usb));
  expect(await screen.findByRole('button', { name: 'Couper le micro' })).toBeTruthy();
  expect(screen.queryByText(/Aucun micro détecté/)).toBeNull();
});

test('an unplugged microphone with a successor is a word in passing', async () => {
  show();
  act(() => meet.set({ lastSwitch: { device: 'microphone', from: 'Micro USB', to: 'Micro intégré' } }));
  expect(await screen.findByText('Micro USB n’est plus disponible. Nous passons à Micro intégré.')).toBeTruthy();
});

test('a lost microphone without a successor leads to the choice of another', async () => {
  world.plug(builtIn);
  show();
  act(() => meet.set({ trouble: { device: 'microphone', what: 'lost' } }));
  expect(screen.getByText('Nous avons perdu votre micro. Vérifiez le branchement.')).toBeTruthy();
  await userEvent.click(screen.getByRole('button', { name: 'Choisir' }));
  expect(await screen.findByRole('dialog', { name: 'Appareils' })).toBeTruthy();
});

test('an interruption is resumed with one touch, and reloading is the last way out', async () => {
  show();
  act(() => meet.set({ trouble: { device: 'camera', what: 'interrupted' } }));
  const resume = vi.spyOn(meet, 'resume').mockRejectedValueOnce(new DOMException('', 'NotReadableError'));
  await userEvent.click(screen.getByRole('button', { name: 'Reprendre' }));
  expect(await screen.findByRole('button', { name: 'Recharger' })).toBeTruthy();
  await userEvent.click(screen.getByRole('button', { name: 'Fermer' }));
  await userEvent.click(screen.getByRole('button', { name: 'Reprendre' }));
  await waitFor(() => expect(screen.queryByRole('button', { name: 'Reprendre' })).toBeNull());
  expect(resume).toHaveBeenCalledTimes(2);
});

test('blocked sound is one button over the stage', async () => {
  show();
  act(() => meet.set({ isAudioBlocked: true }));
  await userEvent.click(screen.getByRole('button', { name: 'Activer le son de l’appel' }));
  expect(meet.snapshot().isAudioBlocked).toBe(false);
});

test('sharing that the system blocks says where to allow it; a closed picker says nothing', async () => {
  Object.assign(navigator.mediaDevices, { getDisplayMedia: vi.fn() });
  show();
  vi.spyOn(meet, 'shareScreen').mockResolvedValueOnce(false).mockRejectedValueOnce(new DOMException('by system', 'NotAllowedError'));
  await userEvent.click(screen.getByRole('button', { name: 'Partager l’écran' }));
  expect(screen.queryByText(/Le partage est bloqué/)).toBeNull();
  await userEvent.click(screen.getByRole('button', { name: 'Partager l’écran' }));
  expect(await screen.findByText(/Le partage est bloqué par les réglages de votre appareil/)).toBeTruthy();
  expect(screen.getByText(/autorisez la capture d’écran/)).toBeTruthy();
});
