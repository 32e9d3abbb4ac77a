import { AudioLines, X } from 'lucide-react';
import { useWords } from '../../i18n/words';
import { Button } from '../../ui/Button';
import { useEcho } from './useEcho';

/** « S'écouter pendant 5 secondes »: speak, then hear oneself as the server gives it back. */
export function EchoTest({ microphone, speakerId }: { microphone: MediaStreamTrack | null; speakerId: string | null }) {
  const { t } = useWords();
  const { phase, start, cancel } = useEcho(microphone, speakerId);
  const isRunning = phase.status === 'connecting' || phase.status === 'speaking' || phase.status === 'listening';
  const sentence = () => {
    switch (phase.status) {
      case 'idle':
        return null;
      case 'connecting':
        return t('lobby.joining');
      case 'speaking':
        return t('lobby.echo.speak', { n: phase.left });
      case 'listening':
        return t('lobby.echo.listen', { n: phase.left });
      case 'done':
        return t('lobby.echo.done');
      case 'failed':
        return t('lobby.echo.failed');
      default:
        return phase satisfies never;
    }
  };
  return (
    <div className="flex flex-col items-start gap-2">
      {isRunning ? (
        <Button onPress={cancel}>
          <X aria-hidden size={18} />
          {t('test.cancel')}
        </Button>
      ) : (
        <Button isDisabled={microphone === null} onPress={start}>
          <AudioLines aria-hidden size={18} />
          {t('lobby.echo')}
        </Button>
      )}
      <p role="status" className="font-medium empty:hidden">
        {sentence()}
      </p>
    </div>
  );
}
