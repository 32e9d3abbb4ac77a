import { Volume2 } from 'lucide-react';
import { useState } from 'react';
import { useWords } from '../../i18n/words';
import { Button } from '../../ui/Button';
import { playTone } from './tone';

type Phase = 'idle' | 'asked' | 'heard' | 'unheard';

/** A tone on the chosen speaker, and the question whether it was heard. */
export function SpeakerTest({ speakerId }: { speakerId: string | null }) {
  const { t } = useWords();
  const [phase, setPhase] = useState<Phase>('idle');
  return (
    <div className="flex flex-col items-start gap-2">
      <Button
        onPress={() => {
          void playTone(speakerId).catch(() => undefined); // no sound at all: « Non » says what to do
          setPhase('asked');
        }}
      >
        <Volume2 aria-hidden size={18} />
        {t('lobby.testSound')}
      </Button>
      <div role="status">
        {phase === 'asked' && <p className="font-medium">{t('lobby.heard')}</p>}
        {phase === 'heard' && <p className="font-medium text-mark">{t('lobby.heard.yes')}</p>}
        {phase === 'unheard' && (
          <ul className="m-0 list-disc pl-5 text-sm text-muted">
            <li>{t('lobby.unheard.volume')}</li>
            <li>{t('lobby.unheard.other')}</li>
            <li>{t('lobby.unheard.tab')}</li>
          </ul>
        )}
      </div>
      {phase === 'asked' && (
        <span className="flex gap-2">
          <Button onPress={() => setPhase('heard')}>{t('answer.yes')}</Button>
          <Button onPress={() => setPhase('unheard')}>{t('answer.no')}</Button>
        </span>
      )}
    </div>
  );
}
