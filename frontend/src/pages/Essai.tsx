import { useQuery } from 'convex/react';
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { api } from '../api/generated';
import { ConnectionTest } from '../components/meet/ConnectionTest';
import { DeviceNotice } from '../components/meet/DeviceNotice';
import { DeviceSelects } from '../components/meet/DeviceSelects';
import { EchoTest } from '../components/meet/EchoTest';
import { LevelMeter } from '../components/meet/LevelMeter';
import { LocalMedia } from '../components/meet/localMedia';
import { Preview } from '../components/meet/Preview';
import { usePreferences } from '../components/meet/preferences';
import { PromptHint } from '../components/meet/PromptHint';
import { SpeakerTest } from '../components/meet/SpeakerTest';
import { useWords } from '../i18n/words';
import { PageTitle } from '../ui/PageTitle';

/** Devices and connection, tried without a meeting. */
export function Essai() {
  const { t } = useWords();
  const me = useQuery(api.users.me);
  const media = useMemo(() => new LocalMedia(usePreferences.getState().devices), []);
  const state = useSyncExternalStore(media.subscribe, media.snapshot);
  useEffect(() => {
    void media.open();
    return () => media.close();
  }, [media]);
  const { microphone, camera } = state;
  const microphoneTrack = microphone.status === 'on' ? microphone.track : null;
  const cameraTrack = camera.status === 'on' ? camera.track : null;
  const speakerId = state.chosen.audiooutput ?? null;
  return (
    <>
      <PromptHint isAsking={state.isAsking} />
      <PageTitle documentTitle={t('test.title')}>{t('test.title')}</PageTitle>
      <p className="mt-2 text-muted">{t('test.sub')}</p>
      <div className="mt-6 grid items-start gap-8 lg:grid-cols-2">
        <section aria-label={t('call.devices.title')} className="flex min-w-0 flex-col gap-4">
          <Preview media={media} state={state} name={me?.name ?? ''} />
          {microphoneTrack !== null && <LevelMeter track={microphoneTrack} />}
          {(['camera', 'microphone'] as const).map((kind) => {
            const device = state[kind];
            return (
              device.status === 'problem' && (
                <DeviceNotice
                  key={kind}
                  kind={kind}
                  problem={device.problem}
                  onRetry={() => void media.switchOn(kind)}
                  onWithout={() => media.switchOff(kind)}
                  onChoose={null}
                />
              )
            );
          })}
          <DeviceSelects
            devices={state.devices}
            chosen={state.chosen}
            onChoose={(kind, device) => {
              usePreferences.getState().rememberDevice(kind, device);
              void media.choose(kind, device.id);
            }}
          />
          <SpeakerTest speakerId={speakerId} />
          <EchoTest microphone={microphoneTrack} speakerId={speakerId} />
        </section>
        <section aria-label={t('test.title')} className="flex min-w-0 flex-col gap-6">
          <ConnectionTest microphone={microphoneTrack} camera={cameraTrack} />
        </section>
      </div>
    </>
  );
}
