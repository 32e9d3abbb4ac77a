import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Dialog as AriaDialog } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { Button } from './Button';
import { useSwipeDown } from './useSwipeDown';

interface DialogProps {
  title: string;
  closeLabel: string;
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  /** For dialogs over the call, which is always dark. */
  theme?: 'page' | 'stage';
  children: ReactNode;
}

/** A modal dialog: centred on wide screens, a sheet from the bottom on phones, which a finger on its title pulls down. */
export function Dialog({ title, closeLabel, isOpen, onOpenChange, theme = 'page', children }: DialogProps) {
  const swipe = useSwipeDown(() => onOpenChange(false));
  return (
    <ModalOverlay
      isDismissable
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      className={`fixed inset-0 z-50 flex items-end justify-center bg-scrim sm:items-center sm:p-6 ${theme === 'stage' ? 'stage-theme' : ''}`}
    >
      <Modal className="flex max-h-[92dvh] w-full max-w-xl animate-fade flex-col overflow-hidden rounded-t-2xl bg-card pb-[env(safe-area-inset-bottom)] text-ink shadow-float sm:max-h-[84dvh] sm:rounded-2xl">
        <AriaDialog className="flex min-h-0 flex-col outline-none">
          <div {...swipe} className="flex touch-none items-center justify-between gap-4 border-b border-line py-2 pr-2 pl-5">
            <Heading slot="title" className="text-lg font-bold">
              {title}
            </Heading>
            <Button tone="quiet" size="icon" aria-label={closeLabel} onPress={() => onOpenChange(false)}>
              <X aria-hidden size={22} />
            </Button>
          </div>
          <div className="min-h-0 overflow-y-auto p-5">{children}</div>
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
