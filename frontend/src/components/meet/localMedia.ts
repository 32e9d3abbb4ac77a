import { deviceProblem, permissionOf, type DeviceKind, type DeviceProblem } from './deviceProblem';
import type { GivenTrack, JoinMedia } from './engines/meetClient';
import type { RememberedDevice } from './preferences';

export type DeviceState =
  | { status: 'off' }
  | { status: 'opening' }
  | { status: 'on'; track: MediaStreamTrack }
  | { status: 'problem'; problem: DeviceProblem };

/** The default device serves in place of another one: a remembered one that is gone, or one that was unplugged. */
export interface DeviceChange {
  device: DeviceKind;
  cause: 'fallback' | 'switched';
  from: string;
  to: string;
}

export interface LocalMediaState {
  microphone: DeviceState;
  camera: DeviceState;
  devices: MediaDeviceInfo[];
  chosen: Partial<Record<MediaDeviceKind, string>>;
  /** The last one; a new object each time. */
  change: DeviceChange | null;
  /** The browser's question is open. */
  isAsking: boolean;
}

export const inputKind = { microphone: 'audioinput', camera: 'videoinput' } as const;
type Remembered = Partial<Record<MediaDeviceKind, RememberedDevice | undefined>>;
const cameraIdeal = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };

/**
 * Microphone and camera before the call: opened for the preview, then handed over.
 * Owns the tracks until `take()`; a device that fails never keeps the other one from working.
 */
export class LocalMedia {
  #state: LocalMediaState;
  /** The names of the devices chosen before: one that is gone has none any more. */
  readonly #remembered: Remembered;
  readonly #listeners = new Set<() => void>();
  /** The tracks belong to a call now. */
  #isTaken = false;
  /** Grows with each opening of a device; an answer to an older one is thrown away. */
  readonly #turn: Record<DeviceKind, number> = { microphone: 0, camera: 0 };
  /** The call waits for these: it began while they were being opened. */
  #awaited: Record<DeviceKind, ((track: MediaStreamTrack | null) => void) | null> = { microphone: null, camera: null };

  constructor(remembered: Remembered = {}) {
    this.#remembered = remembered;
    const chosen: LocalMediaState['chosen'] = {};
    for (const kind of ['audioinput', 'videoinput', 'audiooutput'] as const) {
      const device = remembered[kind];
      if (device !== undefined) chosen[kind] = device.id;
    }
    this.#state = { microphone: { status: 'off' }, camera: { status: 'off' }, devices: [], chosen, change: null, isAsking: false };
  }

  readonly subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };
  readonly snapshot = () => this.#state;

  /** Asks for both in one prompt. */
  async open() {
    this.#isTaken = false;
    this.#awaited = { microphone: null, camera: null };
    if (navigator.mediaDevices === undefined) {
      this.#set({
        microphone: { status: 'problem', problem: 'unsupported' },
        camera: { status: 'problem', problem: 'unsupported' },
      });
      return;
    }
    navigator.mediaDevices.addEventListener('devicechange', this.#listDevices);
    const turns = { microphone: this.#begin('microphone'), camera: this.#begin('camera') };
    const permissions = await Promise.all([permissionOf('microphone'), permissionOf('camera')]);
    // Where the browser does not say, a question is likely: Firefox asks each time.
    this.#set({ isAsking: permissions.some((permission) => permission === 'prompt' || permission === null) });
    try {
      const stream = await navigator.mediaDevices.getUserMedia({
        audio: this.#constraints('microphone'),
        video: this.#constraints('camera'),
      });
      this.#accept('microphone', turns.microphone, stream.getAudioTracks()[0]);
      this.#accept('camera', turns.camera, stream.getVideoTracks()[0]);
    } catch (error) {
      // One of the two is the cause: each is tried alone, without a prompt that was just refused.
      await this.#openAlone('microphone', turns.microphone, error);
      await this.#openAlone('camera', turns.camera, error);
    } finally {
      this.#set({ isAsking: false });
    }
    await this.#listDevices();
  }

  async switchOn(kind: DeviceKind) {
    if (this.#isTaken) return;
    const turn = this.#begin(kind);
    await this.#get(kind, turn);
    await this.#listDevices();
  }

  switchOff(kind: DeviceKind) {
    if (this.#isTaken) return;
    this.#stop(kind);
    this.#turn[kind]++;
    this.#set({ [kind]: { status: 'off' } });
  }

  async choose(kind: MediaDeviceKind, deviceId: string) {
    this.#set({ chosen: { ...this.#state.chosen, [kind]: deviceId } });
    if (kind === 'audioinput' && this.#state.microphone.status !== 'off') await this.switchOn('microphone');
    if (kind === 'videoinput' && this.#state.camera.status !== 'off') await this.switchOn('camera');
  }

  /** Gives the tracks away: whoever takes them stops them. The preview goes on until `close()`. */
  take(): JoinMedia {
    this.#isTaken = true;
    return {
      microphone: this.#give('microphone'),
      camera: this.#give('camera'),
      speakerId: this.#state.chosen.audiooutput ?? null,
    };
  }

  /** Switches everything off and stops listening. */
  close() {
    this.#stop('microphone');
    this.#stop('camera');
    navigator.mediaDevices?.removeEventListener('devicechange', this.#listDevices);
    for (const kind of ['microphone', 'camera'] as const) if (this.#awaited[kind] === null) this.#turn[kind]++;
    this.#set({ microphone: { status: 'off' }, camera: { status: 'off' } });
  }

  async #openAlone(kind: DeviceKind, turn: number, error: unknown) {
    const permission = await permissionOf(kind);
    const isRefused = error instanceof Error && error.name === 'NotAllowedError';
    if (isRefused && permission !== 'granted') return this.#fail(kind, turn, deviceProblem(error, permission));
    await this.#get(kind, turn);
  }

  async #get(kind: DeviceKind, turn: number): Promise<void> {
    const wanted = this.#constraints(kind);
    try {
      const stream = await navigator.mediaDevices.getUserMedia(kind === 'microphone' ? { audio: wanted } : { video: wanted });
      this.#accept(kind, turn, stream.getTracks()[0]);
    } catch (error) {
      const gone = this.#state.chosen[inputKind[kind]];
      if (error instanceof Error && error.name === 'OverconstrainedError' && gone !== undefined) {
        const from = this.#nameOf(kind, gone);
        this.#forget(kind);
        await this.#get(kind, turn);
        return this.#say(kind, turn, 'fallback', from);
      }
      this.#fail(kind, turn, deviceProblem(error, await permissionOf(kind)));
    }
  }

  #give(kind: DeviceKind): GivenTrack {
    const state = this.#state[kind];
    if (state.status === 'on') return state.track;
    if (state.status !== 'opening') return null;
    return new Promise((resolve) => (this.#awaited[kind] = resolve));
  }

  #constraints(kind: DeviceKind): MediaTrackConstraints {
    const deviceId = this.#state.chosen[inputKind[kind]];
    const ideal = kind === 'camera' ? cameraIdeal : { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
    return deviceId === undefined ? ideal : { ...ideal, deviceId: { exact: deviceId } };
  }

  #begin(kind: DeviceKind): number {
    this.#stop(kind);
    this.#set({ [kind]: { status: 'opening' } });
    return ++this.#turn[kind];
  }

  #accept(kind: DeviceKind, turn: number, track: MediaStreamTrack | undefined) {
    if (track === undefined) return this.#fail(kind, turn, 'none');
    if (turn !== this.#turn[kind]) return track.stop();
    this.#answer(kind, track);
    track.addEventListener('ended', () => void this.#replace(kind, turn, track.label));
    const deviceId = track.getSettings().deviceId;
    const chosen = deviceId === undefined ? this.#state.chosen : { ...this.#state.chosen, [inputKind[kind]]: deviceId };
    this.#set({ [kind]: { status: 'on', track }, chosen });
  }

  /** Unplugged: the default device takes over. */
  async #replace(kind: DeviceKind, turn: number, from: string) {
    if (turn !== this.#turn[kind] || this.#isTaken) return;
    this.#forget(kind);
    const next = this.#begin(kind);
    await this.#get(kind, next);
    this.#say(kind, next, 'switched', from);
  }

  #forget(kind: DeviceKind) {
    const { [inputKind[kind]]: _gone, ...chosen } = this.#state.chosen;
    this.#set({ chosen });
  }

  #nameOf(kind: DeviceKind, deviceId: string): string {
    const remembered = this.#remembered[inputKind[kind]];
    return remembered?.id === deviceId ? remembered.label : (this.#state.devices.find((device) => device.deviceId === deviceId)?.label ?? '');
  }

  /** Devices without a name are not worth a sentence. */
  #say(device: DeviceKind, turn: number, cause: DeviceChange['cause'], from: string) {
    const state = this.#state[device];
    if (turn !== this.#turn[device] || state.status !== 'on' || from === '' || from === state.track.label) return;
    this.#set({ change: { device, cause, from, to: state.track.label } });
  }

  #fail(kind: DeviceKind, turn: number, problem: DeviceProblem) {
    if (turn !== this.#turn[kind]) return;
    this.#answer(kind, null);
    this.#set({ [kind]: { status: 'problem', problem } });
  }

  #answer(kind: DeviceKind, track: MediaStreamTrack | null) {
    this.#awaited[kind]?.(track);
    this.#awaited[kind] = null;
  }

  #stop(kind: DeviceKind) {
    const state = this.#state[kind];
    if (state.status === 'on' && !this.#isTaken) state.track.stop();
  }

  readonly #listDevices = async () => {
    const devices = await navigator.mediaDevices.enumerateDevices();
    this.#set({ devices });
    // Plugging one in mends what was missing.
    for (const kind of ['microphone', 'camera'] as const) {
      const state = this.#state[kind];
      const isBack = devices.some((device) => device.kind === inputKind[kind] && device.deviceId !== '');
      if (state.status === 'problem' && state.problem === 'none' && isBack) await this.#get(kind, this.#begin(kind));
    }
  };

  #set(change: Partial<LocalMediaState>) {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}
