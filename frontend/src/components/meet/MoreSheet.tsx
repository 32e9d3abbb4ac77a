import { Check } from 'lucide-react';
import { useWords } from '../../i18n/words';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { useCallUi } from './callUi';
import { useBackCloses } from './useBackCloses';
import type { MoreAction } from './useMoreActions';

/** « Plus » on a phone: a sheet of large rows, closed by its button, by a touch beside it, or by going back. */
export function MoreSheet({ groups }: { groups: { title: string; actions: MoreAction[] }[] }) {
  const { t } = useWords();
  const { dialog, closeDialog } = useCallUi();
  useBackCloses(dialog === 'more', closeDialog);
  return (
    <Dialog theme="stage" title={t('call.more')} closeLabel={t('call.devices.close')} isOpen={dialog === 'more'} onOpenChange={closeDialog}>
      <div className="-mx-3 -my-2 flex flex-col">
        {groups.map(({ title, actions }) => (
          <section key={title} aria-label={title} className="not-first:mt-1 not-first:border-t not-first:border-line not-first:pt-1">
            {actions.map(({ id, text, Icon, isOn, run }) => (
              <Button
                key={id}
                tone="quiet"
                wide
                {...(isOn !== undefined && { 'aria-pressed': isOn })}
                onPress={() => {
                  closeDialog();
                  run();
                }}
                className="min-h-13! justify-start! gap-4! px-3! text-left! font-medium!"
              >
                <Icon aria-hidden size={21} className="shrink-0 text-muted" />
                <span className="flex-1">{text}</span>
                {isOn === true && <Check aria-hidden size={20} className="text-mark" />}
              </Button>
            ))}
          </section>
        ))}
      </div>
    </Dialog>
  );
}
