import type { MeetQuality } from '../../api/generated';
import { useWords } from '../../i18n/words';
import { Fact, Facts } from './CallFacts';

/** As the call itself judges a connection: loss that is heard, delay that makes people interrupt each other. */
function judge({ lossSent, lossReceived, rttMs, pausedMs, measuredMs }: MeetQuality): 'good' | 'fair' | 'poor' {
  const loss = Math.max(lossSent, lossReceived);
  const still = pausedMs / Math.max(1, measuredMs);
  if (loss > 0.08 || rttMs > 600 || still > 0.1) return 'poor';
  return loss > 0.02 || rttMs > 300 || still > 0.02 ? 'fair' : 'good';
}

/** First a sentence, then the figures it comes from. */
export function CallQualityFacts({ quality }: { quality: MeetQuality | null }) {
  const { t, duration, percent, milliseconds } = useWords();
  if (quality === null) return <p className="text-muted">{t('hist.quality.none')}</p>;
  const { lossSent, lossReceived, rttMs, pauses, pausedMs } = quality;
  return (
    <>
      <p className="font-medium">{t(`hist.quality.${judge(quality)}`)}</p>
      <Facts>
        <Fact name={t('hist.quality.sent')}>{percent(lossSent)}</Fact>
        <Fact name={t('hist.quality.received')}>{percent(lossReceived)}</Fact>
        <Fact name={t('hist.quality.delay')}>{milliseconds(rttMs)}</Fact>
        <Fact name={t('hist.quality.pauses')}>
          {pauses === 0 ? t('hist.quality.pauses.none') : t('hist.quality.pauses.n', { n: pauses, duree: duration(pausedMs) })}
        </Fact>
      </Facts>
    </>
  );
}
