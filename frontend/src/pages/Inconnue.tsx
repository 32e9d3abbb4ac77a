import { useWords } from '../i18n/words';
import { LinkButton } from '../ui/LinkButton';
import { NothingHere } from '../ui/NothingHere';

export function Inconnue() {
  const { t } = useWords();
  return (
    <NothingHere title={t('app.notFound')}>
      <LinkButton href="/">{t('app.home')}</LinkButton>
    </NothingHere>
  );
}
