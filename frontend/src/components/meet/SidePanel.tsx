import { X } from 'lucide-react';
import { useEffect, useId, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { Button } from '../../ui/Button';

interface SidePanelProps {
  title: string;
  closeLabel: string;
  onClose: () => void;
  children: ReactNode;
}

/**
 * Beside the pictures where there is room, over them where there is not; never over the controls.
 * Opening moves the focus to its title; Escape closes it.
 */
export function SidePanel({ title, closeLabel, onClose, children }: SidePanelProps) {
  const titleId = useId();
  const ref = useRef<HTMLHeadingElement>(null);
  useEffect(() => ref.current?.focus({ preventScroll: true }), []);

  function onKeyDown(event: KeyboardEvent) {
    if (event.key !== 'Escape' || event.nativeEvent.isComposing) return;
    event.stopPropagation();
    onClose();
  }

  return (
    <aside
      data-region="panel"
      aria-labelledby={titleId}
      onKeyDown={onKeyDown}
      className="absolute inset-x-2 inset-y-0 z-20 flex animate-fade flex-col overflow-hidden rounded-2xl border border-line bg-card shadow-float sm:left-auto sm:w-80 min-[960px]:static min-[960px]:ml-3 min-[960px]:w-90 min-[960px]:shrink-0 min-[1440px]:w-100"
    >
      <div className="flex shrink-0 items-center justify-between gap-3 border-b border-line py-1 pr-1 pl-4">
        <h2 id={titleId} ref={ref} tabIndex={-1} className="min-w-0 truncate text-base font-bold outline-none">
          {title}
        </h2>
        <Button tone="quiet" size="icon" aria-label={closeLabel} onPress={onClose}>
          <X aria-hidden size={22} />
        </Button>
      </div>
      {children}
    </aside>
  );
}
