import { useWords } from '../../i18n/words';
import { Button } from '../../ui/Button';
import { Notice } from '../../ui/Notice';
import type { DeviceKind, DeviceProblem } from './deviceProblem';

interface DeviceNoticeProps {
  kind: DeviceKind;
  problem: DeviceProblem;
  onRetry: () => void;
}

/** What stopped a device, what to do about it, and the button that tries again. */
export function DeviceNotice({ kind, problem, onRetry }: DeviceNoticeProps) {
  const { t } = useWords();
  const appareil = t(kind === 'microphone' ? 'dev.name.mic' : 'dev.name.cam');
  const sentence = () => {
    switch (problem) {
      case 'denied':
        return t('dev.denied', { appareil });
      case 'dismissed':
        return t('dev.dismissed');
      case 'system':
        return t('dev.system');
      case 'none':
        return t(kind === 'microphone' ? 'dev.noneMic' : 'dev.noneCam');
      case 'busy':
        return t('dev.busy', { appareil });
      case 'unsupported':
        return t('dev.unsupported');
      case 'failed':
        return t('dev.failed', { appareil });
      default:
        return problem satisfies never;
    }
  };
  return (
    <Notice
      tone="warn"
      actions={
        problem !== 'unsupported' && (
          <Button size="normal" onPress={onRetry}>
            {t('dev.retry')}
          </Button>
        )
      }
    >
      {sentence()}
    </Notice>
  );
}
