import type { ReactNode } from 'react';
import { useWords } from '../../i18n/words';
import { Dialog } from '../../ui/Dialog';

interface OffresRecuesModalProps {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  /** The offres; whoever accepts one closes this dialog before the page changes. */
  children: ReactNode;
}

export function OffresRecuesModal({ isOpen, onOpenChange, children }: OffresRecuesModalProps) {
  const { t } = useWords();
  return (
    <Dialog title={t('dash.received')} closeLabel={t('call.devices.close')} isOpen={isOpen} onOpenChange={onOpenChange}>
      {children}
    </Dialog>
  );
}
