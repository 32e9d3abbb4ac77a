import { Leaf } from 'lucide-react';
import { useWords } from '../../i18n/words';
import { Button } from '../../ui/Button';
import { usePreferences } from './preferences';

/** Says for as long as it lasts that data is saved, and by whom; pressing it ends that. */
export function SaverChip() {
  const { t } = useWords();
  const { isSavingData, choose } = usePreferences();
  if (!isSavingData) return null;
  return (
    <div className="flex shrink-0 justify-center px-2 pb-2">
      <span className="flex items-center gap-2 rounded-full bg-tint py-0.5 pr-0.5 pl-4 text-sm font-semibold text-on-tint">
        <Leaf aria-hidden size={16} />
        {t('call.dataOn')}
        <Button tone="quiet" onPress={() => choose({ isSavingData: false })} className="rounded-full! text-sm!">
          {t('call.data.off')}
        </Button>
      </span>
    </div>
  );
}
