import { useWords } from '../../i18n/words';
import { Button } from '../../ui/Button';
import { Notice } from '../../ui/Notice';
import { deviceSentence, deviceSteps } from './deviceWords';
import type { DeviceKind, DeviceProblem } from './deviceProblem';

interface DeviceNoticeProps {
  kind: DeviceKind;
  problem: DeviceProblem;
  onRetry: () => void;
  onWithout: () => void;
  /** Where there are others to choose from. */
  onChoose: (() => void) | null;
}

/** What stopped a device, what to do about it, and the ways out: again, another one, or without. */
export function DeviceNotice({ kind, problem, onRetry, onWithout, onChoose }: DeviceNoticeProps) {
  const words = useWords();
  const { t } = words;
  const steps = deviceSteps(words, problem);
  const canRetry = problem !== 'unsupported';
  const canChoose = problem === 'busy' && onChoose !== null;
  const actions = canRetry && (
    <span className="flex flex-wrap gap-2">
      <Button onPress={onRetry}>{t(problem === 'dismissed' ? 'dev.allow' : 'dev.retry')}</Button>
      {canChoose ? (
        <Button tone="quiet" onPress={onChoose}>
          {t('dev.chooseOther')}
        </Button>
      ) : (
        problem !== 'system' && (
          <Button tone="quiet" onPress={onWithout}>
            {t('dev.without')}
          </Button>
        )
      )}
    </span>
  );
  return (
    <Notice tone="warn" actions={actions}>
      {deviceSentence(words, kind, problem)}
      {steps !== null && <span className="mt-1 block text-sm font-normal">{steps}</span>}
    </Notice>
  );
}
