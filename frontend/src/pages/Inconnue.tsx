import { useWords } from '../i18n/words';
import { LinkButton } from '../ui/LinkButton';
import { PageTitle } from '../ui/PageTitle';

export function Inconnue() {
  const { t } = useWords();
  return (
    <div className="flex flex-col items-center gap-6 py-16 text-center">
      <PageTitle documentTitle={t('app.notFound')}>{t('app.notFound')}</PageTitle>
      <LinkButton href="/">{t('app.home')}</LinkButton>
    </div>
  );
}
