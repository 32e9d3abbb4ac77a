import { MicOff } from 'lucide-react';
import { useWords } from '../../i18n/words';
import { Button } from '../../ui/Button';
import { useCallUi } from './callUi';
import type { MeetState } from './engines/meetClient';
import { useMicHint } from './useMicHint';

/** Beside the microphone's button: nobody hears you, or we hear nothing. Spoken once. */
export function MicHint({ state, onUnmute }: { state: MeetState; onUnmute: () => void }) {
  const { t } = useWords();
  const hint = useMicHint(state);
  const { open } = useCallUi();
  return (
    <div role="status" className="pointer-events-none absolute inset-x-3 bottom-full z-20 flex justify-center">
      {hint !== null && (
        <div className="pointer-events-auto flex max-w-xl animate-fade flex-wrap items-center gap-x-3 gap-y-1 rounded-2xl bg-warn py-1.5 pr-1.5 pl-4 text-sm font-semibold text-on-warn shadow-float">
          <MicOff aria-hidden size={18} />
          <span className="min-w-0 flex-1 py-1">{t(hint === 'silent' ? 'dev.silent' : 'mic.mutedSpeaking')}</span>
          {hint === 'silent' ? (
            <Button onPress={() => open('devices')}>{t('dev.change')}</Button>
          ) : (
            <Button onPress={onUnmute}>{t('mic.again')}</Button>
          )}
        </div>
      )}
    </div>
  );
}
