import { MessagesSquare, PenLine, Video } from 'lucide-react';
import { useAuth } from '../api/SessionProvider';
import { OpenDemandes } from '../components/demandes/OpenDemandes';
import { Hero } from '../components/demandes/Hero';
import { useWords } from '../i18n/words';
import { PageTitle } from '../ui/PageTitle';

export function Accueil() {
  const { t } = useWords();
  const { isAuthenticated, isLoading } = useAuth();
  const steps = [
    { Icon: PenLine, title: t('home.how.1.title'), text: t('home.how.1.text') },
    { Icon: MessagesSquare, title: t('home.how.2.title'), text: t('home.how.2.text') },
    { Icon: Video, title: t('home.how.3.title'), text: t('home.how.3.text') },
  ];
  if (isAuthenticated) {
    return (
      <div className="flex flex-col gap-6">
        <PageTitle documentTitle={t('nav.demandes')}>{t('nav.demandes')}</PageTitle>
        <OpenDemandes />
      </div>
    );
  }
  return (
    <div className="flex flex-col gap-14 sm:gap-20">
      <Hero withEntry={!isLoading} />
      <ol className="grid gap-8 sm:grid-cols-3">
        {steps.map(({ Icon, title, text }) => (
          <li key={title} className="flex gap-4 sm:flex-col sm:gap-3">
            <span className="flex size-12 shrink-0 items-center justify-center rounded-2xl bg-tint text-on-tint">
              <Icon aria-hidden size={24} />
            </span>
            <div>
              <h2 className="text-lg font-semibold">{title}</h2>
              <p className="mt-1 text-muted">{text}</p>
            </div>
          </li>
        ))}
      </ol>
      <OpenDemandes />
    </div>
  );
}
