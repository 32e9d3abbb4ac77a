import { Check, Copy } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useWords } from '../../i18n/words';
import { Button } from '../../ui/Button';
import { Skeleton } from '../../ui/Skeleton';
import type { MeetClient } from './engines/meetClient';
import { delayText, pathText, statsCells, statsColumns, statsReport, streamName, verdictSentence } from './statsText';
import { useCallStats } from './useCallStats';

// Drawn only by those who look.
const StatsChart = lazy(() => import('./StatsChart').then(({ StatsChart: chart }) => ({ default: chart })));

/** The connection: in one sentence, then as a table of all that goes by, then over the last minute. */
export function StatsPanel({ client }: { client: MeetClient }) {
  const words = useWords();
  const { t } = words;
  const history = useCallStats(client);
  const [isCopied, setCopied] = useState(false);
  const last = history.at(-1);
  if (last === undefined) return <div className="p-4"><Skeleton rows={2} label={t('stats.reading')} /></div>;
  return (
    <div className="flex min-h-0 flex-col gap-5 overflow-y-auto p-4">
      <div>
        <p className="text-lg font-bold">{verdictSentence(words, last)}</p>
        <p className="mt-1 text-sm text-muted">
          {t('stats.delay')} {delayText(words, last)} · {pathText(words, last)}
        </p>
      </div>
      <ul className="m-0 flex list-none flex-col gap-3 p-0">
        {last.streams.map((stream) => (
          <li key={stream.id}>
            <table className="w-full border-collapse text-sm">
              <caption className="pb-1 text-left font-semibold">{streamName(words, stream)}</caption>
              <tbody>
                {statsCells(words, stream).map((cell, index) => (
                  <tr key={statsColumns[index]} className="border-t border-line">
                    <th scope="row" className="py-1 pr-3 text-left font-normal text-muted">
                      {t(statsColumns[index] ?? 'stats.rate')}
                    </th>
                    <td className="py-1 text-right tabular-nums">{cell}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </li>
        ))}
      </ul>
      <Suspense fallback={<Skeleton rows={1} label={t('stats.reading')} />}>
        <StatsChart title={t('stats.chart.rate')} unit="kbit/s" history={history} series={[{ label: t('stats.received'), of: (stats) => stats.receivedKbps }, { label: t('stats.sent'), of: (stats) => stats.sentKbps }]} />
        <StatsChart title={t('stats.chart.delay')} unit="ms" history={history} series={[{ label: t('stats.delay'), of: (stats) => stats.rttMs }]} />
        <StatsChart title={t('stats.chart.loss')} unit="%" history={history} series={[{ label: t('stats.loss'), of: (stats) => stats.lossPercent }]} />
      </Suspense>
      <Button
        onPress={() => {
          void navigator.clipboard.writeText(statsReport(words, history)).then(() => setCopied(true), () => setCopied(false));
        }}
      >
        {isCopied ? <Check aria-hidden size={18} /> : <Copy aria-hidden size={18} />}
        <span role="status">{t(isCopied ? 'stats.copied' : 'stats.copy')}</span>
      </Button>
    </div>
  );
}
