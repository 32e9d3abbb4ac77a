import { act, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { builtIn, FakeTrack, fakeDevices, refuse, streamOf, usb, webcam } from '../../testing/fakeDevices';
import { render } from '../../testing/render';
import { meetSession } from '../../testing/samples';
import { Lobby } from './Lobby';
import { LocalMedia } from './localMedia';
import { useToasts } from './toasts';

let world: ReturnType<typeof fakeDevices>;
let getUserMedia: ReturnType<typeof fakeDevices>['getUserMedia'];
const opened = (...kinds: ('audio' | 'video')[]) => streamOf(...kinds.map((kind) => new FakeTrack(kind)));

beforeEach(() => {
  world = fakeDevices();
  ({ getUserMedia } = world);
  useToasts.setState({ toasts: [] });
});
afterEach(() => vi.unstubAllGlobals());

function show(onJoin = vi.fn(), remembered: ConstructorParameters<typeof LocalMedia>[0] = {}) {
  const media = new LocalMedia(remembered);
  render(<Lobby session={meetSession()} media={media} myName="Bruno" isJoining={false} problem={null} onJoin={onJoin} />);
  return { media, onJoin };
}

describe('the waiting room', () => {
  test('asks for both devices in one prompt and shows the preview', async () => {
    getUserMedia.mockResolvedValue(opened('audio', 'video'));
    show();
    expect(await screen.findByLabelText('Votre aperçu')).toBeTruthy();
    expect(getUserMedia).toHaveBeenCalledTimes(1);
    expect(screen.getByRole('button', { name: 'Couper le micro' })).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Désactiver la caméra' })).toBeTruthy();
  });

  test('a blocked site says where to allow it, and one can join all the same', async () => {
    world.permit('denied');
    getUserMedia.mockImplementation(() => refuse('NotAllowedError'));
    const { onJoin } = show();
    expect(await screen.findByText(/n’a pas l’autorisation d’utiliser votre caméra/)).toBeTruthy();
    expect(screen.getByText(/n’a pas l’autorisation d’utiliser votre micro/)).toBeTruthy();
    expect(getUserMedia).toHaveBeenCalledTimes(1);
    await userEvent.click(screen.getByRole('button', { name: 'Rejoindre' }));
    expect(onJoin).toHaveBeenCalled();
  });

  test('a closed prompt is said once for both', async () => {
    world.permit('prompt');
    getUserMedia.mockImplementation(() => refuse('NotAllowedError'));
    show();
    expect(await screen.findAllByText('La demande d’autorisation a été fermée.')).toHaveLength(1);
    getUserMedia.mockResolvedValue(opened('audio', 'video'));
    await userEvent.click(screen.getByRole('button', { name: 'Autoriser' }));
    expect(await screen.findByLabelText('Votre aperçu')).toBeTruthy();
  });

  test('without any device one can listen and write', async () => {
    world.permit('prompt');
    getUserMedia.mockImplementation(() => refuse('NotAllowedError'));
    const { onJoin } = show();
    await userEvent.click(await screen.findByRole('button', { name: 'Continuer sans' }));
    expect(screen.queryByText('La demande d’autorisation a été fermée.')).toBeNull();
    expect(screen.getByText('Vous pouvez écouter et écrire dans la discussion.')).toBeTruthy();
    await userEvent.click(screen.getByRole('button', { name: 'Rejoindre' }));
    expect(onJoin).toHaveBeenCalled();
  });

  test('a system that blocks the browser is told apart, with the way to its settings', async () => {
    getUserMedia.mockImplementation(() => refuse('NotAllowedError'));
    show();
    expect(await screen.findByText(/les réglages de votre appareil bloquent l’accès/)).toBeTruthy();
    expect(screen.getByText(/réglages de confidentialité/)).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Continuer sans' })).toBeNull();
  });

  test('a browser that cannot call names those that can', async () => {
    Object.defineProperty(navigator, 'mediaDevices', { value: undefined, configurable: true });
    show();
    expect(await screen.findByText(/Utilisez une version récente de Firefox/)).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Réessayer' })).toBeNull();
  });

  test('a microphone that is plugged in later works by itself', async () => {
    getUserMedia.mockImplementation(({ audio, video }) => (audio ? refuse('NotFoundError') : Promise.resolve(opened(...(video ? (['video'] as const) : [])))));
    show();
    expect(await screen.findByText(/Aucun micro détecté/)).toBeTruthy();
    getUserMedia.mockImplementation(() => Promise.resolve(opened('audio')));
    act(() => world.plug(usb));
    expect(await screen.findByRole('button', { name: 'Couper le micro' })).toBeTruthy();
  });

  test('the remembered microphone is gone: the default one serves, and says so', async () => {
    const isExact = ({ audio }: MediaStreamConstraints) => typeof audio === 'object' && audio.deviceId !== undefined;
    getUserMedia.mockImplementation((wanted) =>
      isExact(wanted) ? refuse('OverconstrainedError') : Promise.resolve(wanted.audio ? streamOf(new FakeTrack('audio', 'built-in', 'Micro intégré')) : opened('video')),
    );
    show(vi.fn(), { audioinput: { id: 'usb', label: 'Micro USB' } });
    expect(await screen.findByText('Micro USB est introuvable. Nous utilisons Micro intégré.')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Couper le micro' })).toBeTruthy();
  });

  test('a microphone pulled out gives way to the default one', async () => {
    const pulled = new FakeTrack('audio', 'usb', 'Micro USB');
    getUserMedia.mockResolvedValueOnce(streamOf(pulled, new FakeTrack('video')));
    show();
    await screen.findByLabelText('Votre aperçu');
    getUserMedia.mockResolvedValue(streamOf(new FakeTrack('audio', 'built-in', 'Micro intégré')));
    act(() => pulled.unplug());
    expect(await screen.findByText('Micro USB n’est plus disponible. Nous passons à Micro intégré.')).toBeTruthy();
  });

  test('a busy camera offers the other one', async () => {
    world.plug(webcam, { ...webcam, deviceId: 'other', label: 'Caméra avant' }, builtIn);
    getUserMedia.mockImplementation(({ video }) => (video ? refuse('NotReadableError') : Promise.resolve(opened('audio'))));
    show();
    await userEvent.click(await screen.findByRole('button', { name: 'Choisir un autre' }));
    const select = screen.getByRole('combobox', { name: 'Caméra' });
    expect(document.activeElement).toBe(select);
    getUserMedia.mockResolvedValue(opened('video'));
    await userEvent.selectOptions(select, 'Caméra avant');
    expect(await screen.findByLabelText('Votre aperçu')).toBeTruthy();
    expect(JSON.parse(localStorage.getItem('visavis.call') ?? '{}')).toMatchObject({ devices: { videoinput: { id: 'other', label: 'Caméra avant' } } });
  });

  test('a question left open for two seconds is pointed at', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    world.permit('prompt');
    getUserMedia.mockReturnValue(new Promise(() => undefined));
    show();
    await act(async () => vi.advanceTimersByTimeAsync(1_900));
    expect(screen.queryByText(/Répondez à la question/)).toBeNull();
    await act(async () => vi.advanceTimersByTimeAsync(200));
    expect(screen.getByText(/Répondez à la question/)).toBeTruthy();
    vi.useRealTimers();
  });

  test('a missing camera leaves the microphone working', async () => {
    getUserMedia.mockImplementation(({ video }) => (video ? refuse('NotFoundError') : Promise.resolve(opened('audio'))));
    show();
    expect(await screen.findByText(/Aucune caméra détectée/)).toBeTruthy();
    expect(await screen.findByRole('button', { name: 'Couper le micro' })).toBeTruthy();
  });

  test('a busy camera can be tried again', async () => {
    let isBusy = true;
    getUserMedia.mockImplementation(({ video, audio }) =>
      video && isBusy ? refuse('NotReadableError') : Promise.resolve(opened(...(audio ? (['audio'] as const) : []), ...(video ? (['video'] as const) : []))),
    );
    show();
    expect(await screen.findByText(/Une autre application utilise votre caméra/)).toBeTruthy();
    isBusy = false;
    await userEvent.click(screen.getByRole('button', { name: 'Réessayer' }));
    expect(await screen.findByLabelText('Votre aperçu')).toBeTruthy();
  });

  test('leaving before joining switches the devices off', async () => {
    const stream = opened('audio', 'video');
    getUserMedia.mockResolvedValue(stream);
    const { media } = show();
    await screen.findByLabelText('Votre aperçu');
    media.close();
    expect(stream.tracks.map((track) => track.isStopped)).toEqual([true, true]);
  });

  test('tracks that were taken into the call go on', async () => {
    const stream = opened('audio', 'video');
    getUserMedia.mockResolvedValue(stream);
    const { media } = show();
    await screen.findByLabelText('Votre aperçu');
    expect(media.take().camera).toBe(stream.tracks[1]);
    media.close();
    expect(stream.tracks.map((track) => track.isStopped)).toEqual([false, false]);
  });

  test('devices that open after one has joined follow into the call', async () => {
    const stream = opened('audio', 'video');
    let allow: (stream: unknown) => void = () => undefined;
    getUserMedia.mockReturnValue(new Promise((resolve) => (allow = resolve)));
    const { media } = show();
    const { microphone, camera } = media.take();
    media.close(); // the waiting room is gone
    allow(stream);
    expect(await Promise.all([microphone, camera])).toEqual(stream.tracks);
    expect(stream.tracks.map((track) => track.isStopped)).toEqual([false, false]);
  });

  test('a device that is refused after one has joined leaves the call without it', async () => {
    world.permit('denied');
    let refused: (error: unknown) => void = () => undefined;
    getUserMedia.mockReturnValue(new Promise((_, reject) => (refused = reject)));
    const { media } = show();
    const { microphone, camera } = media.take();
    media.close();
    refused(new DOMException('', 'NotAllowedError'));
    expect(await Promise.all([microphone, camera])).toEqual([null, null]);
  });
});
