import { Eye } from 'lucide-react';
import { useWords } from '../../i18n/words';
import { Button } from '../../ui/Button';

/** Where a picture would be, had it not been declined to save data. */
export function DeclinedPicture({ onShow }: { onShow: () => void }) {
  const { t } = useWords();
  return (
    <Button onPress={onShow} className="border-0! bg-sunken!">
      <Eye aria-hidden size={18} />
      {t('call.showPicture')}
    </Button>
  );
}
