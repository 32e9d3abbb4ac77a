import { useWords } from '../../i18n/words';
import { Dialog } from '../../ui/Dialog';
import { useCallUi } from './callUi';
import { receiveQualities, sendQualities, usePreferences } from './preferences';

/** How much is sent and received at most. */
export function QualityDialog() {
  const { t } = useWords();
  const { dialog, closeDialog } = useCallUi();
  const { send, receive, isSavingData, choose } = usePreferences();
  return (
    <Dialog theme="stage" title={t('call.quality')} closeLabel={t('call.devices.close')} isOpen={dialog === 'quality'} onOpenChange={closeDialog}>
      <div className="flex flex-col gap-5">
        <Choice name="send" legend={t('quality.send')} isDisabled={isSavingData} options={sendQualities.map((value) => ({ value, text: t(`quality.send.${value}`) }))} value={send} onChoose={(value) => choose({ send: value })} />
        <Choice name="receive" legend={t('quality.receive')} isDisabled={isSavingData} options={receiveQualities.map((value) => ({ value, text: t(`quality.receive.${value}`) }))} value={receive} onChoose={(value) => choose({ receive: value })} />
        <div className="rounded-xl bg-sunken p-3">
          <label className="flex min-h-11 items-center gap-3 font-semibold">
            <input type="checkbox" checked={isSavingData} onChange={(event) => choose({ isSavingData: event.target.checked })} className="size-5 accent-action" />
            {t('call.data')}
          </label>
          <p className="text-sm text-muted">{t('call.data.why')}</p>
        </div>
      </div>
    </Dialog>
  );
}

interface ChoiceProps<Value extends string> {
  name: string;
  legend: string;
  options: { value: Value; text: string }[];
  value: Value;
  isDisabled: boolean;
  onChoose: (value: Value) => void;
}

function Choice<Value extends string>({ name, legend, options, value, isDisabled, onChoose }: ChoiceProps<Value>) {
  return (
    <fieldset disabled={isDisabled} className="m-0 flex flex-col border-0 p-0 disabled:opacity-50">
      <legend className="mb-1 p-0 font-semibold">{legend}</legend>
      {options.map((option) => (
        <label key={option.value} className="flex min-h-11 items-center gap-3">
          <input type="radio" name={name} checked={option.value === value} onChange={() => onChoose(option.value)} className="size-5 accent-action" />
          {option.text}
        </label>
      ))}
    </fieldset>
  );
}
