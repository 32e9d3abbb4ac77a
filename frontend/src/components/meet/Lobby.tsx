import { useEffect, useSyncExternalStore } from 'react';
import { Link } from 'wouter';
import type { MeetSession } from '../../api/generated';
import { useWords } from '../../i18n/words';
import { RingChoices } from '../ring/RingChoices';
import { useRingNews } from '../ring/useRingNews';
import { Avatar } from '../../ui/Avatar';
import { Button } from '../../ui/Button';
import { LinkButton } from '../../ui/LinkButton';
import { linkStyles } from '../../ui/linkStyles';
import { Notice } from '../../ui/Notice';
import { PageTitle } from '../../ui/PageTitle';
import { DeviceNotice } from './DeviceNotice';
import { DeviceSelects } from './DeviceSelects';
import { deviceSelectId } from './deviceSelectId';
import { LevelMeter } from './LevelMeter';
import { EchoTest } from './EchoTest';
import type { LocalMedia } from './localMedia';
import { usePreferences, type RememberedDevice } from './preferences';
import { Preview } from './Preview';
import { PromptHint } from './PromptHint';
import { SpeakerTest } from './SpeakerTest';
import { ToastList } from './ToastList';
import { useToasts } from './toasts';

interface LobbyProps {
  session: MeetSession;
  media: LocalMedia;
  myName: string;
  isJoining: boolean;
  /** Why the last try to enter failed, in words. */
  problem: string | null;
  onJoin: () => void;
}

/** The waiting room: see and hear oneself, choose devices, know who is there, then enter. */
export function Lobby({ session, media, myName, isJoining, problem, onJoin }: LobbyProps) {
  const { t, amount } = useWords();
  const state = useSyncExternalStore(media.subscribe, media.snapshot);
  useEffect(() => {
    void media.open();
    return () => media.close();
  }, [media]);

  const { microphone, camera, change } = state;
  const { say } = useToasts.getState();
  useEffect(() => {
    if (change !== null) say(t(`dev.${change.cause}`, { ancien: change.from, nouveau: change.to }));
  }, [change, say, t]);

  const { entersDirectly, choose: choosePreference } = usePreferences();
  const nom = session.autre.name;
  const news = useRingNews(nom, session.ringAutre);
  const isThere = session.present.includes(session.autre._id);
  const sameProblem =
    microphone.status === 'problem' && camera.status === 'problem' && microphone.problem === camera.problem
      ? microphone.problem
      : null;
  const saysOnce = sameProblem === 'unsupported' || sameProblem === 'dismissed' || sameProblem === 'system';
  const isListenOnly = microphone.status !== 'on' && microphone.status !== 'opening' && camera.status !== 'on' && camera.status !== 'opening';
  const choose = (kind: MediaDeviceKind, device: RememberedDevice) => {
    usePreferences.getState().rememberDevice(kind, device);
    void media.choose(kind, device.id);
  };
  return (
    <main className="stage-theme relative min-h-dvh bg-paper text-ink">
      <ToastList />
      <PromptHint isAsking={state.isAsking} />
      <div className="mx-auto grid max-w-6xl items-start gap-6 p-4 sm:gap-8 sm:p-8 lg:min-h-dvh lg:grid-cols-[3fr_2fr] lg:content-center lg:gap-12">
        <div className="flex min-w-0 flex-col gap-4">
          <Preview media={media} state={state} name={myName} />
          {microphone.status === 'on' && <LevelMeter track={microphone.track} />}
          {camera.status === 'problem' && !(saysOnce && microphone.status === 'problem') && (
            <DeviceNotice
              kind="camera"
              problem={camera.problem}
              onRetry={() => void media.switchOn('camera')}
              onWithout={() => media.switchOff('camera')}
              onChoose={chooser(state.devices, 'videoinput')}
            />
          )}
          {microphone.status === 'problem' && (
            <DeviceNotice
              kind="microphone"
              problem={microphone.problem}
              onRetry={() => void (saysOnce ? media.open() : media.switchOn('microphone'))}
              onWithout={() => {
                media.switchOff('microphone');
                if (saysOnce) media.switchOff('camera');
              }}
              onChoose={chooser(state.devices, 'audioinput')}
            />
          )}
        </div>
        <div className="flex min-w-0 flex-col gap-6">
          <div>
            <p className="font-semibold text-mark">{t('lobby.h1')}</p>
            <PageTitle documentTitle={session.demande.titre} className="mt-1">
              {session.demande.titre}
            </PageTitle>
            <p className="mt-2 text-muted">
              {t('lobby.offer')} · <strong className="text-ink">{amount(session.offre.prixPropose, session.offre.devise)}</strong>
            </p>
          </div>
          <div className="flex items-center gap-3 rounded-2xl bg-card p-4">
            <Avatar name={nom} url={session.autre.avatarUrl} size={44} />
            <div className="min-w-0">
              <p className="truncate font-semibold">{nom}</p>
              <p role="status" className={`text-sm ${isThere ? 'text-mark' : 'text-muted'}`}>
                {isThere ? t('lobby.there', { nom }) : (news?.title ?? t('lobby.first'))}
              </p>
            </div>
          </div>
          {!isThere && session.ringAutre?.status === 'missed' && <RingChoices sessionId={session._id} ring={session.ringAutre} canCancel isAside />}
          {problem !== null && <Notice tone="error">{problem}</Notice>}
          <div className="flex flex-wrap gap-3">
            <Button tone="action" size="large" className="flex-1" isDisabled={isJoining} onPress={onJoin}>
              {t(isJoining ? 'lobby.joining' : 'lobby.join')}
            </Button>
            <LinkButton href="/dashboard" tone="quiet" size="large">
              {t('lobby.back')}
            </LinkButton>
          </div>
          {(camera.status === 'on' || camera.status === 'opening') && (
            <Button
              wide
              isDisabled={isJoining}
              onPress={() => {
                media.switchOff('camera');
                onJoin();
              }}
            >
              {t('lobby.noCam')}
            </Button>
          )}
          <label className="-my-3 flex min-h-11 items-center gap-3 text-sm">
            <input type="checkbox" checked={entersDirectly} onChange={(event) => choosePreference({ entersDirectly: event.target.checked })} className="size-5 accent-action" />
            {t('lobby.skip')}
          </label>
          <DeviceSelects devices={state.devices} chosen={state.chosen} onChoose={choose} />
          <div className="flex flex-wrap items-start gap-3">
            <SpeakerTest speakerId={state.chosen.audiooutput ?? null} />
            <EchoTest microphone={microphone.status === 'on' ? microphone.track : null} speakerId={state.chosen.audiooutput ?? null} />
          </div>
          <Link href="/test" className={`${linkStyles} flex min-h-11 items-center self-start`}>
            {t('lobby.net')}
          </Link>
          {(microphone.status === 'opening' || camera.status === 'opening') && <p className="text-sm text-muted">{t('lobby.why')}</p>}
          {isListenOnly && <p className="text-sm text-muted">{t('lobby.listen')}</p>}
        </div>
      </div>
    </main>
  );
}

/** Where another device of that kind can be chosen, if there is one. */
function chooser(devices: MediaDeviceInfo[], kind: MediaDeviceKind): (() => void) | null {
  if (devices.filter((device) => device.kind === kind).length < 2) return null;
  return () => document.getElementById(deviceSelectId(kind))?.focus();
}
