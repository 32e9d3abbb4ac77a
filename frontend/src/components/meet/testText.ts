import type { Words } from '../../i18n/words';
import { overall, testSteps, type StepResult, type TestResults, type TestStep } from './connectionTest';
import { delayText, pathText } from './statsText';

/** One step's result in words. */
export function stepText(words: Words, step: TestStep, result: StepResult): string {
  const { t, number } = words;
  switch (result.status) {
    case 'waiting':
      return t('test.waiting');
    case 'running':
      return t('test.running');
    case 'skipped':
      return t('test.skipped');
    case 'bad':
      return t(`test.bad.${result.reason}`);
    case 'good':
    case 'fair': {
      const { stats } = result;
      if (stats === undefined) return t('test.good');
      if (step === 'relay') return pathText(words, stats);
      const rate = step === 'sending' ? stats.sentKbps : stats.receivedKbps;
      return t('test.measured', { debit: `${number(Math.round(rate))} kbit/s`, perte: `${number(Math.round(stats.lossPercent * 10) / 10)} %`, delai: delayText(words, stats) });
    }
    default:
      return result satisfies never;
  }
}

/** The whole test as plain text, to be copied or kept. */
export function testReport(words: Words, results: TestResults): string {
  const { t } = words;
  return [
    `${t('test.title')} · ${words.moment(Date.now())}`,
    t(`test.overall.${overall(results)}`),
    ...testSteps.map((step) => `${t(`test.step.${step}`)} : ${stepText(words, step, results[step])}`),
    navigator.userAgent,
    '',
  ].join('\n');
}
