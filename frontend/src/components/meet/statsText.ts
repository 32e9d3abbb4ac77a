import type { Words } from '../../i18n/words';
import { verdictOf, type CallStats, type StreamRates } from './callStats';

const nothing = '–';

/** The cells of one stream, in the order of `statsColumns`. */
export function statsCells({ t, number }: Words, stream: StreamRates): string[] {
  return [
    `${number(Math.round(stream.kbps))} kbit/s`,
    stream.lossPercent === null ? nothing : `${number(Math.round(stream.lossPercent * 10) / 10)} %`,
    stream.jitterMs === null ? nothing : `${number(Math.round(stream.jitterMs))} ms`,
    stream.height === 0 ? nothing : t('stats.picture', { taille: `${stream.width} × ${stream.height}`, cadence: String(stream.fps) }),
    stream.codec ?? nothing,
  ];
}
export const statsColumns = ['stats.rate', 'stats.loss', 'stats.jitter', 'stats.image', 'stats.codec'] as const;

export const streamName = ({ t }: Words, { direction, kind }: Pick<StreamRates, 'direction' | 'kind'>) => `${t(`stats.kind.${kind}`)} · ${t(`stats.${direction}`)}`;

export function verdictSentence({ t }: Words, stats: CallStats): string {
  return t(`stats.verdict.${verdictOf(stats)}`);
}

export function pathText({ t }: Words, { path }: CallStats): string {
  if (path === null) return nothing;
  return t(path.isRelayed ? 'stats.path.relay' : 'stats.path.direct', { protocole: path.protocol.toUpperCase() });
}

export function delayText({ number }: Words, { rttMs }: CallStats): string {
  return rttMs === null ? nothing : `${number(Math.round(rttMs))} ms`;
}

/** What « Copier le rapport » copies: plain text that fits in a message. */
export function statsReport(words: Words, history: CallStats[]): string {
  const last = history.at(-1);
  if (last === undefined) return '';
  const { t } = words;
  const lines = [
    `${t('call.stats')} · ${words.moment(last.at)}`,
    verdictSentence(words, last),
    `${t('stats.delay')} : ${delayText(words, last)}`,
    `${t('stats.path')} : ${pathText(words, last)}`,
    ...last.streams.map((stream) => {
      const cells = statsCells(words, stream);
      return `${streamName(words, stream)} : ${statsColumns.map((column, index) => `${t(column)} ${cells[index]}`).join(', ')}`;
    }),
    navigator.userAgent,
  ];
  return lines.join('\n');
}
