import { useWords } from '../../i18n/words';
import { Dialog } from '../../ui/Dialog';
import { useCallUi } from './callUi';
import { usePreferences } from './preferences';
import { keysOf } from './shortcutHint';
import { shortcutIds } from './shortcuts';

/** Every key of the call, and the switch for the single ones. */
export function ShortcutsDialog() {
  const { t } = useWords();
  const { dialog, closeDialog } = useCallUi();
  const { hasSingleKeys, choose } = usePreferences();
  return (
    <Dialog theme="stage" title={t('keys.title')} closeLabel={t('call.devices.close')} isOpen={dialog === 'help'} onOpenChange={closeDialog}>
      <dl className="m-0 flex flex-col">
        {shortcutIds.map((id) => (
          <div key={id} className="flex items-center justify-between gap-4 border-b border-line py-2.5">
            <dt>{t(`keys.${id}`)}</dt>
            <dd className="m-0 flex shrink-0 gap-1">
              {keysOf(id).map((key) => (
                <kbd key={key} className="rounded-md border border-border/60 bg-sunken px-2 py-0.5 font-sans text-sm font-semibold">
                  {key}
                </kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <label className="mt-4 flex min-h-11 items-center gap-3">
        <input type="checkbox" checked={hasSingleKeys} onChange={(event) => choose({ hasSingleKeys: event.target.checked })} className="size-5 accent-action" />
        {t('keys.single')}
      </label>
    </Dialog>
  );
}
