import { useWords } from '../../i18n/words';
import { Button } from '../../ui/Button';
import { Notice } from '../../ui/Notice';
import type { MeetClient, MeetState } from './engines/meetClient';
import { useNow } from './useNow';
import { useOnline } from '../useOnline';

const showAfter = 1_000; // ms without a connection before it is worth a word
const longAfter = 10_000;

interface CallBannerProps {
  client: MeetClient;
  state: MeetState;
  /** A device or the screen refused just now, in words. */
  problem: string | null;
}

/** One place under the header, one sentence at a time, the gravest first. It pushes the stage. */
export function CallBanner({ client, state, problem }: CallBannerProps) {
  const { t } = useWords();
  const now = useNow();
  const isOnline = useOnline();
  const { link, self, others } = state;
  const weak = others.find((other) => other.quality === 'lost' || other.quality === 'poor');

  const banner = () => {
    if (!isOnline) return <Notice tone="error">{t('net.offline')}</Notice>;
    if (link.status === 'reconnecting' && now - link.since >= showAfter)
      return <Notice tone="warn">{t(now - link.since >= longAfter ? 'net.long' : 'net.reconnecting')}</Notice>;
    if (state.isAudioBlocked)
      return (
        <Notice tone="warn" actions={<Button tone="action" onPress={() => void client.startAudio()}>{t('audio.blocked')}</Button>}>
          {t('audio.blocked.why')}
        </Notice>
      );
    if (problem !== null) return <Notice tone="warn">{problem}</Notice>;
    if (state.lostDevice !== null)
      return <Notice tone="warn">{t('dev.lost', { appareil: t(state.lostDevice === 'camera' ? 'dev.name.cam' : 'dev.name.mic') })}</Notice>;
    if (weak?.quality === 'lost') return <Notice tone="warn">{t('net.remoteLost', { nom: weak.name })}</Notice>;
    if (others.some((other) => other.isPictureHeldBack)) return <Notice tone="warn">{t('net.videoPaused')}</Notice>;
    if (self.quality === 'poor') return <Notice tone="warn">{t('net.weak')}</Notice>;
    if (weak !== undefined) return <Notice tone="warn">{t('net.weakRemote', { nom: weak.name })}</Notice>;
    return null;
  };
  const shown = banner();
  return shown === null ? null : <div className="shrink-0 px-2 pb-2 sm:px-4">{shown}</div>;
}
