import { X } from 'lucide-react';
import { useState } from 'react';
import { useWords } from '../../i18n/words';
import { systemOf } from '../../lib/agent';
import { Button } from '../../ui/Button';
import { Notice } from '../../ui/Notice';
import { useOnline } from '../useOnline';
import { bannerOf, type Banner, type Refusal } from './banner';
import { slowerWay } from './callStats';
import { useCallUi } from './callUi';
import { deviceSentence, deviceSteps, shareSteps } from './deviceWords';
import type { MeetClient, MeetState } from './engines/meetClient';
import type { CallDevices } from './useCallDevices';
import { useCallStats } from './useCallStats';
import { useNow } from './useNow';

interface CallBannerProps {
  client: MeetClient;
  state: MeetState;
  devices: CallDevices;
  onStartOver: () => void;
}

/** One place under the header, one sentence at a time, the gravest first. It pushes the stage. */
export function CallBanner({ client, state, devices, onStartOver }: CallBannerProps) {
  const now = useNow();
  const isOnline = useOnline();
  const [dismissed, setDismissed] = useState<Banner['what'] | null>(null);
  const banner = bannerOf({ now, isOnline, state, refusal: devices.refusal });
  // What was closed stays closed until something else, or nothing, was to be said.
  if (dismissed !== null && banner?.what !== dismissed) setDismissed(null);
  if (banner === null || banner.what === dismissed) return null;
  return (
    <div className="shrink-0 px-2 pb-2 sm:px-4">
      <Sentence banner={banner} client={client} devices={devices} onStartOver={onStartOver} onClose={() => setDismissed(banner.what)} />
    </div>
  );
}

interface SentenceProps extends Pick<CallBannerProps, 'client' | 'devices' | 'onStartOver'> {
  banner: Banner;
  onClose: () => void;
}

function Sentence({ banner, client, devices, onStartOver, onClose }: SentenceProps) {
  const { t } = useWords();
  const { open } = useCallUi();
  const close = (
    <Button tone="quiet" size="icon" aria-label={t('call.dismiss')} onPress={onClose} className="-my-2">
      <X aria-hidden size={20} />
    </Button>
  );
  switch (banner.what) {
    case 'offline':
      return <Notice tone="error">{t('net.offline')}</Notice>;
    case 'reconnecting':
      if (!banner.isLong) return <Notice tone="warn">{t('net.reconnecting')}</Notice>;
      return (
        <Notice tone="warn" actions={<Button onPress={onStartOver}>{t('dev.retry')}</Button>}>
          {t('net.long')}
        </Notice>
      );
    case 'refused':
      return <RefusalNotice refusal={banner.refusal} devices={devices} />;
    case 'trouble': {
      const { device, what } = banner.trouble;
      if (what === 'lost')
        return (
          <Notice tone="warn" actions={<Button onPress={() => open('devices')}>{t('dev.choose')}</Button>}>
            {t('dev.lost', { appareil: t(device === 'camera' ? 'dev.name.cam' : 'dev.name.mic') })}
          </Notice>
        );
      const isPhone = ['ios', 'android'].includes(systemOf(navigator.userAgent));
      return (
        <Notice tone="warn" actions={<Button onPress={() => devices.resume(device)}>{t('dev.resume')}</Button>}>
          {t(isPhone ? 'dev.interrupted' : 'dev.interrupted.device')}
        </Notice>
      );
    }
    case 'remoteLost':
      return <Notice tone="warn">{t('net.remoteLost', { nom: banner.nom })}</Notice>;
    case 'paused':
      return (
        <Notice tone="warn" actions={close}>
          {t('net.videoPaused')}
        </Notice>
      );
    case 'weak':
      return (
        <Notice tone="warn" actions={close}>
          <Weakness client={client} />
        </Notice>
      );
    case 'weakRemote':
      return (
        <Notice tone="warn" actions={close}>
          {t('net.weakRemote', { nom: banner.nom })}
        </Notice>
      );
    default:
      return banner satisfies never;
  }
}

/** Which way is slow, and how slow, as soon as that is measured. */
function Weakness({ client }: { client: MeetClient }) {
  const { t, number } = useWords();
  const latest = useCallStats(client).at(-1);
  if (latest === undefined) return t('net.weak');
  const { way, kbps } = slowerWay(latest);
  return t(way === 'sent' ? 'net.weakUp' : 'net.weakDown', { debit: `${number(Math.round(kbps))} kbit/s` });
}

function RefusalNotice({ refusal, devices }: { refusal: Refusal; devices: CallDevices }) {
  const words = useWords();
  const { t } = words;
  const { open } = useCallUi();
  const [sentence, steps] = sentencesOf();
  const isDevice = refusal.what === 'device';
  return (
    <Notice
      tone="warn"
      actions={
        <span className="flex gap-2">
          {refusal.what === 'resume' && <Button onPress={() => location.reload()}>{t('dev.reload')}</Button>}
          {isDevice && <Button onPress={() => void devices.set(refusal.device, true)}>{t(refusal.problem === 'dismissed' ? 'dev.allow' : 'dev.retry')}</Button>}
          {isDevice && refusal.problem === 'busy' ? (
            <Button tone="quiet" onPress={() => open('devices')}>
              {t('dev.chooseOther')}
            </Button>
          ) : (
            <Button tone="quiet" onPress={devices.forget}>
              {t(isDevice ? 'dev.without' : 'call.devices.close')}
            </Button>
          )}
        </span>
      }
    >
      {sentence}
      {steps !== null && <span className="mt-1 block text-sm font-normal">{steps}</span>}
    </Notice>
  );

  function sentencesOf(): [string, string | null] {
    switch (refusal.what) {
      case 'device':
        return [deviceSentence(words, refusal.device, refusal.problem), deviceSteps(words, refusal.problem)];
      case 'share':
        return [t('share.system'), shareSteps(words)];
      case 'resume':
        return [t('dev.interrupted.failed'), null];
      default:
        return refusal satisfies never;
    }
  }
}
