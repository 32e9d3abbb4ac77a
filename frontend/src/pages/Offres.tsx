import { ReceivedOffres } from '../components/offres/ReceivedOffres';
import { SentOffres } from '../components/offres/SentOffres';
import { useWords } from '../i18n/words';
import { PageTitle } from '../ui/PageTitle';

export function Offres() {
  const { t } = useWords();
  return (
    <div className="flex flex-col gap-6">
      <PageTitle documentTitle={t('nav.offres')}>{t('nav.offres')}</PageTitle>
      <div className="grid items-start gap-10 lg:grid-cols-2">
        <section aria-labelledby="received" className="flex min-w-0 flex-col gap-4">
          <h2 id="received" className="text-xl font-bold">
            {t('offer.received')}
          </h2>
          <ReceivedOffres show="all" />
        </section>
        <section aria-labelledby="sent" className="flex min-w-0 flex-col gap-4">
          <h2 id="sent" className="text-xl font-bold">
            {t('offer.sentTab')}
          </h2>
          <SentOffres />
        </section>
      </div>
    </div>
  );
}
