import { useMutation } from 'convex/react';
import { BellRing } from 'lucide-react';
import { useState } from 'react';
import { api } from '../../api/generated';
import type { Id, Ring } from '../../api/generated';
import { refusalOf } from '../../api/refusal';
import { sayRefusal } from '../../i18n/refusals';
import { useWords } from '../../i18n/words';
import { Button } from '../../ui/Button';

interface RingChoicesProps {
  sessionId: Id<'meetSessions'>;
  ring: Ring | null;
  /** They have not met: the meeting may still be called off. */
  canCancel: boolean;
  /** Beside something more important. */
  isAside?: boolean;
}

/** When nobody came: ring again, or call the meeting off. */
export function RingChoices({ sessionId, ring, canCancel, isAside = false }: RingChoicesProps) {
  const words = useWords();
  const { t } = words;
  const again = useMutation(api.meetSessions.ring);
  const cancel = useMutation(api.meetSessions.cancel);
  const [problem, setProblem] = useState<string | null>(null);
  const isOver = ring === null || ring.status === 'missed' || ring.status === 'answered';
  if (!isOver) return null;

  async function send(move: Promise<null>) {
    setProblem(null);
    try {
      await move;
    } catch (error) {
      const refusal = refusalOf(error);
      // They came, or somebody else decided, a moment ago: the page shows it.
      if (refusal.code !== 'conflict') setProblem(sayRefusal(words, refusal));
    }
  }

  return (
    <div className={`flex flex-col gap-2 ${isAside ? 'items-start' : 'items-center'}`}>
      <div className={`flex flex-wrap gap-3 ${isAside ? '' : 'justify-center'}`}>
        {(ring === null || ring.canRing) && (
          <Button tone={isAside ? 'plain' : 'action'} onPress={() => void send(again({ sessionId }))}>
            <BellRing aria-hidden size={20} />
            {t('wait.again')}
          </Button>
        )}
        {canCancel && (
          <Button tone="plain" onPress={() => void send(cancel({ sessionId }))}>
            {t('wait.cancel')}
          </Button>
        )}
      </div>
      {problem !== null && (
        <p role="alert" className="text-sm font-medium text-on-error">
          {problem}
        </p>
      )}
    </div>
  );
}
