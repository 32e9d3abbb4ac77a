import { Activity, Check, CircleDashed, CircleX, Copy, Download, LoaderCircle, Minus, TriangleAlert, X, type LucideIcon } from 'lucide-react';
import { useState } from 'react';
import { useWords } from '../../i18n/words';
import { Button } from '../../ui/Button';
import { overall, testSteps, type StepResult, type TestResults } from './connectionTest';
import { stepText, testReport } from './testText';
import { useConnectionTest } from './useConnectionTest';

const looks: Record<StepResult['status'], { Icon: LucideIcon; colour: string }> = {
  waiting: { Icon: CircleDashed, colour: 'text-muted' },
  running: { Icon: LoaderCircle, colour: 'animate-spin text-mark' },
  good: { Icon: Check, colour: 'text-mark' },
  fair: { Icon: TriangleAlert, colour: 'text-on-warn' },
  bad: { Icon: CircleX, colour: 'text-on-error' },
  skipped: { Icon: Minus, colour: 'text-muted' },
};

/** « Tester ma connexion »: each step with its result, then one sentence, then a report to copy or keep. */
export function ConnectionTest({ microphone, camera }: { microphone: MediaStreamTrack | null; camera: MediaStreamTrack | null }) {
  const { t } = useWords();
  const { state, start, cancel } = useConnectionTest({ microphone, camera });
  const results = state.status === 'idle' ? null : state.results;
  return (
    <div className="flex flex-col items-start gap-4">
      {state.status === 'running' ? (
        <Button onPress={cancel}>
          <X aria-hidden size={18} />
          {t('test.cancel')}
        </Button>
      ) : (
        <Button tone="action" onPress={start}>
          <Activity aria-hidden size={18} />
          {t('lobby.net')}
        </Button>
      )}
      {state.status === 'running' && <p className="text-sm text-muted">{t('test.duration')}</p>}
      {results !== null && <Steps results={results} />}
      <p role="status" className="text-lg font-bold empty:hidden">
        {state.status === 'done' && results !== null && t(`test.overall.${overall(results)}`)}
      </p>
      {state.status === 'done' && results !== null && <Report results={results} />}
    </div>
  );
}

function Steps({ results }: { results: TestResults }) {
  const words = useWords();
  return (
    <ol className="m-0 flex w-full list-none flex-col p-0">
      {testSteps.map((step) => {
        const { Icon, colour } = looks[results[step].status];
        return (
          <li key={step} className="flex items-center gap-3 border-t border-line py-2.5">
            <Icon aria-hidden size={20} className={`shrink-0 ${colour}`} />
            <span className="w-28 shrink-0 font-semibold">{words.t(`test.step.${step}`)}</span>
            <span className="min-w-0 text-sm text-muted">{stepText(words, step, results[step])}</span>
          </li>
        );
      })}
    </ol>
  );
}

function Report({ results }: { results: TestResults }) {
  const words = useWords();
  const { t } = words;
  const [isCopied, setCopied] = useState(false);
  function download() {
    const url = URL.createObjectURL(new Blob([testReport(words, results)], { type: 'text/plain' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = 'visavis-connexion.txt';
    link.click();
    URL.revokeObjectURL(url);
  }
  return (
    <span className="flex flex-wrap gap-2">
      <Button onPress={() => void navigator.clipboard.writeText(testReport(words, results)).then(() => setCopied(true), () => setCopied(false))}>
        <Copy aria-hidden size={18} />
        <span role="status">{t(isCopied ? 'stats.copied' : 'stats.copy')}</span>
      </Button>
      <Button onPress={download}>
        <Download aria-hidden size={18} />
        {t('test.download')}
      </Button>
    </span>
  );
}
