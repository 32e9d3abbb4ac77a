import { useCallback, useEffect, useState } from 'react';
import { useWords } from '../../i18n/words';
import type { Refusal } from './banner';
import { deviceProblem, permissionOf, type DeviceKind } from './deviceProblem';
import type { MeetClient, MeetState } from './engines/meetClient';
import { inputKind } from './localMedia';
import { usePreferences } from './preferences';
import { useToasts } from './toasts';

export interface CallDevices {
  /** What a device or the screen answered last, until it works or is let be. */
  refusal: Refusal | null;
  set: (device: DeviceKind, on: boolean) => Promise<void>;
  share: (on: boolean) => Promise<void>;
  choose: (kind: MediaDeviceKind, device: { id: string; label: string }) => Promise<void>;
  /** The next camera; false where there is no other. */
  flipCamera: () => Promise<boolean>;
  resume: (device: DeviceKind) => void;
  forget: () => void;
}

/** Our devices during the call: what is done with them, and what becomes of it. */
export function useCallDevices(client: MeetClient, state: MeetState): CallDevices {
  const { t } = useWords();
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const { lastSwitch } = state;
  const { say } = useToasts.getState();

  useEffect(() => {
    if (lastSwitch !== null) say(t('dev.switched', { ancien: lastSwitch.from, nouveau: lastSwitch.to }));
  }, [lastSwitch, say, t]);

  const set = useCallback(
    async (device: DeviceKind, on: boolean) => {
      setRefusal(null);
      try {
        await (device === 'camera' ? client.setCamera(on) : client.setMicrophone(on));
      } catch (error) {
        setRefusal({ what: 'device', device, problem: deviceProblem(error, await permissionOf(device)) });
      }
    },
    [client],
  );

  // What was missing or refused works as soon as it is plugged in or allowed: nobody has to ask twice.
  useEffect(() => {
    if (refusal?.what !== 'device' || refusal.problem !== 'none' || navigator.mediaDevices === undefined) return;
    const again = () =>
      void navigator.mediaDevices.enumerateDevices().then((devices) => {
        if (devices.some((device) => device.kind === inputKind[refusal.device])) void set(refusal.device, true);
      });
    navigator.mediaDevices.addEventListener('devicechange', again);
    return () => navigator.mediaDevices.removeEventListener('devicechange', again);
  }, [refusal, set]);

  async function choose(kind: MediaDeviceKind, device: { id: string; label: string }) {
    const kindOf = kind === 'audioinput' ? 'microphone' : 'camera';
    try {
      await client.selectDevice(kind, device.id);
      usePreferences.getState().rememberDevice(kind, device);
      setRefusal(null);
    } catch (error) {
      if (kind === 'audiooutput') say(t('dev.failed', { appareil: t('dev.name.speaker') }));
      else setRefusal({ what: 'device', device: kindOf, problem: deviceProblem(error, await permissionOf(kindOf)) });
    }
  }

  async function flipCamera() {
    const cameras = (await navigator.mediaDevices.enumerateDevices()).filter(({ kind, deviceId }) => kind === 'videoinput' && deviceId !== '');
    const used = cameras.findIndex(({ deviceId }) => deviceId === state.active.videoinput);
    const next = cameras[(used + 1) % cameras.length];
    if (cameras.length < 2 || next === undefined) return false;
    await choose('videoinput', { id: next.deviceId, label: next.label });
    return true;
  }

  return {
    refusal,
    set,
    share: async (on) => {
      setRefusal(null);
      try {
        await (on ? client.shareScreen() : client.stopSharing());
      } catch {
        setRefusal({ what: 'share' });
      }
    },
    choose,
    flipCamera,
    resume: (device) => void client.resume(device).catch(() => setRefusal({ what: 'resume' })),
    forget: () => setRefusal(null),
  };
}
