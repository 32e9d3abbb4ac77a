import { useEffect } from 'react';
import { createPortal } from 'react-dom';
import type { Id } from '../../api/generated';
import { useWords } from '../../i18n/words';
import type { MeetClient } from './engines/meetClient';
import { MiniCall } from './MiniCall';

interface DockProps {
  sessionId: Id<'meetSessions'>;
  client: MeetClient;
}

/** The call while another page is open, at the bottom left. */
export function Dock(call: DockProps) {
  const { t } = useWords();
  return (
    <section
      aria-label={t('dock.region')}
      className="stage-theme fixed bottom-[calc(env(safe-area-inset-bottom)+4.5rem)] left-3 z-35 h-[158px] w-70 animate-fade overflow-hidden rounded-2xl bg-card text-ink shadow-float ring-1 ring-line md:bottom-6 md:left-6"
    >
      <MiniCall {...call} />
    </section>
  );
}

/** The call in a window above all others; it closes with the call. */
export function FloatingCall({ frame, ...call }: DockProps & { frame: Window }) {
  const { t } = useWords();
  useEffect(() => () => frame.close(), [frame]);
  return createPortal(
    <section aria-label={t('dock.region')} className="stage-theme fixed inset-0 overflow-hidden bg-card text-ink">
      <MiniCall {...call} hasCamera />
    </section>,
    frame.document.body,
  );
}
