import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { render } from '../../testing/render';
import { meetSession } from '../../testing/samples';
import { Lobby } from './Lobby';
import { LocalMedia } from './localMedia';

const getUserMedia = vi.fn<(wanted: MediaStreamConstraints) => Promise<unknown>>();
let permission: PermissionState = 'granted';

class FakeTrack extends EventTarget {
  readonly kind: string;
  isStopped = false;
  constructor(kind: string) {
    super();
    this.kind = kind;
  }
  getSettings = () => ({ deviceId: `${this.kind}-1` });
  stop = () => {
    this.isStopped = true;
  };
}
const streamOf = (...kinds: ('audio' | 'video')[]) => {
  const tracks = kinds.map((kind) => new FakeTrack(kind));
  const only = (kind: string) => tracks.filter((track) => track.kind === kind);
  return { tracks, getTracks: () => tracks, getAudioTracks: () => only('audio'), getVideoTracks: () => only('video') };
};
const refuse = (name: string) => Promise.reject(new DOMException('', name));

beforeEach(() => {
  permission = 'granted';
  getUserMedia.mockReset();
  vi.stubGlobal('MediaStream', EventTarget);
  vi.stubGlobal('AudioContext', undefined);
  Object.defineProperty(HTMLMediaElement.prototype, 'srcObject', { value: null, writable: true, configurable: true });
  const devices = Object.assign(new EventTarget(), { getUserMedia, enumerateDevices: () => Promise.resolve([]) });
  Object.defineProperty(navigator, 'mediaDevices', { value: devices, configurable: true });
  Object.defineProperty(navigator, 'permissions', { value: { query: () => Promise.resolve({ state: permission }) }, configurable: true });
});
afterEach(() => vi.unstubAllGlobals());

function show(onJoin = vi.fn()) {
  const media = new LocalMedia();
  render(<Lobby session={meetSession()} media={media} myName="Bruno" isJoining={false} problem={null} onJoin={onJoin} />);
  return { media, onJoin };
}

describe('the waiting room', () => {
  test('asks for both devices in one prompt and shows the preview', async () => {
    getUserMedia.mockResolvedValue(streamOf('audio', 'video'));
    show();
    expect(await screen.findByLabelText('Votre aperçu')).toBeTruthy();
    expect(getUserMedia).toHaveBeenCalledTimes(1);
    expect(screen.getByRole('button', { name: 'Couper le micro' })).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Désactiver la caméra' })).toBeTruthy();
  });

  test('a blocked site says where to allow it, and one can join all the same', async () => {
    permission = 'denied';
    getUserMedia.mockImplementation(() => refuse('NotAllowedError'));
    const { onJoin } = show();
    expect(await screen.findByText(/n’a pas l’autorisation d’utiliser votre caméra/)).toBeTruthy();
    expect(screen.getByText(/n’a pas l’autorisation d’utiliser votre micro/)).toBeTruthy();
    expect(getUserMedia).toHaveBeenCalledTimes(1);
    await userEvent.click(screen.getByRole('button', { name: 'Rejoindre' }));
    expect(onJoin).toHaveBeenCalled();
  });

  test('a closed prompt is said once for both', async () => {
    permission = 'prompt';
    getUserMedia.mockImplementation(() => refuse('NotAllowedError'));
    show();
    expect(await screen.findAllByText('La demande d’autorisation a été fermée.')).toHaveLength(1);
  });

  test('a missing camera leaves the microphone working', async () => {
    getUserMedia.mockImplementation(({ video }) => (video ? refuse('NotFoundError') : Promise.resolve(streamOf('audio'))));
    show();
    expect(await screen.findByText(/Aucune caméra détectée/)).toBeTruthy();
    expect(await screen.findByRole('button', { name: 'Couper le micro' })).toBeTruthy();
  });

  test('a busy camera can be tried again', async () => {
    let isBusy = true;
    getUserMedia.mockImplementation(({ video, audio }) =>
      video && isBusy ? refuse('NotReadableError') : Promise.resolve(streamOf(...(audio ? (['audio'] as const) : []), ...(video ? (['video'] as const) : []))),
    );
    show();
    expect(await screen.findByText(/Une autre application utilise votre caméra/)).toBeTruthy();
    isBusy = false;
    await userEvent.click(screen.getByRole('button', { name: 'Réessayer' }));
    expect(await screen.findByLabelText('Votre aperçu')).toBeTruthy();
  });

  test('leaving before joining switches the devices off', async () => {
    const stream = streamOf('audio', 'video');
    getUserMedia.mockResolvedValue(stream);
    const { media } = show();
    await screen.findByLabelText('Votre aperçu');
    media.close();
    expect(stream.tracks.map((track) => track.isStopped)).toEqual([true, true]);
  });

  test('tracks that were taken into the call go on', async () => {
    const stream = streamOf('audio', 'video');
    getUserMedia.mockResolvedValue(stream);
    const { media } = show();
    await screen.findByLabelText('Votre aperçu');
    expect(media.take().camera).toBe(stream.tracks[1]);
    media.close();
    expect(stream.tracks.map((track) => track.isStopped)).toEqual([false, false]);
  });

  test('devices that open after one has joined follow into the call', async () => {
    const stream = streamOf('audio', 'video');
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
    permission = 'denied';
    let refused: (error: unknown) => void = () => undefined;
    getUserMedia.mockReturnValue(new Promise((_, reject) => (refused = reject)));
    const { media } = show();
    const { microphone, camera } = media.take();
    media.close();
    refused(new DOMException('', 'NotAllowedError'));
    expect(await Promise.all([microphone, camera])).toEqual([null, null]);
  });
});
