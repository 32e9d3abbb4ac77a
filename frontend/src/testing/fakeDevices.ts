import { vi } from 'vitest';

export class FakeTrack extends EventTarget {
  readonly kind: string;
  readonly label: string;
  readonly deviceId: string;
  isStopped = false;
  enabled = true;
  readyState = 'live';
  constructor(kind: string, deviceId = `${kind}-1`, label = `${kind} 1`) {
    super();
    this.kind = kind;
    this.deviceId = deviceId;
    this.label = label;
  }
  getSettings = () => ({ deviceId: this.deviceId });
  getConstraints = () => ({});
  clone = () => new FakeTrack(this.kind, this.deviceId, this.label);
  stop = () => {
    this.isStopped = true;
    this.readyState = 'ended';
  };
  /** Pulled out, as the browser tells it. */
  unplug() {
    this.readyState = 'ended';
    this.dispatchEvent(new Event('ended'));
  }
}

export function streamOf(...tracks: FakeTrack[]) {
  const only = (kind: string) => tracks.filter((track) => track.kind === kind);
  return { tracks, getTracks: () => tracks, getAudioTracks: () => only('audio'), getVideoTracks: () => only('video') };
}

export const refuse = (name: string) => Promise.reject(new DOMException('', name));

/** A browser with devices that the test plugs, pulls and refuses. Call in `beforeEach`, unstub globals after. */
export function fakeDevices() {
  const getUserMedia = vi.fn<(wanted: MediaStreamConstraints) => Promise<unknown>>();
  let plugged: { kind: MediaDeviceKind; deviceId: string; label: string }[] = [];
  const state: { permission: PermissionState } = { permission: 'granted' };
  vi.stubGlobal('MediaStream', EventTarget);
  vi.stubGlobal('AudioContext', undefined);
  Object.defineProperty(HTMLMediaElement.prototype, 'srcObject', { value: null, writable: true, configurable: true });
  const devices = Object.assign(new EventTarget(), { getUserMedia, enumerateDevices: () => Promise.resolve(plugged) });
  Object.defineProperty(navigator, 'mediaDevices', { value: devices, configurable: true });
  Object.defineProperty(navigator, 'permissions', { value: { query: () => Promise.resolve({ state: state.permission }) }, configurable: true });
  return {
    getUserMedia,
    permit: (permission: PermissionState) => (state.permission = permission),
    plug(...now: typeof plugged) {
      plugged = now;
      devices.dispatchEvent(new Event('devicechange'));
    },
  };
}

export const usb = { kind: 'audioinput', deviceId: 'usb', label: 'Micro USB' } as const;
export const builtIn = { kind: 'audioinput', deviceId: 'built-in', label: 'Micro intégré' } as const;
export const webcam = { kind: 'videoinput', deviceId: 'webcam', label: 'Webcam' } as const;
