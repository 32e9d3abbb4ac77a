import { useWords } from '../../i18n/words';
import { LinkButton } from '../../ui/LinkButton';
import { PageTitle } from '../../ui/PageTitle';
import { EncounterDrawing } from './EncounterDrawing';

/** The first screen for those who do not know us; `withEntry` once it is known that nobody is signed in. */
export function Hero({ withEntry }: { withEntry: boolean }) {
  const { t } = useWords();
  return (
    <section className="grid items-center gap-10 pt-2 sm:pt-8 lg:grid-cols-[1.1fr_1fr]">
      <div className="flex min-w-0 flex-col items-start gap-6">
        <PageTitle documentTitle="Visavis" className="max-w-xl text-4xl! leading-[1.06] sm:text-[3.4rem]!">
          {t('app.tagline')}
        </PageTitle>
        <p className="max-w-lg text-lg text-muted">{t('app.pitch')}</p>
        <div className={`flex max-w-full flex-wrap gap-3 ${withEntry ? '' : 'invisible'}`}>
          <LinkButton href="/inscription" tone="action" size="large">
            {t('auth.signUp')}
          </LinkButton>
          <LinkButton href="/connexion" size="large">
            {t('auth.signIn')}
          </LinkButton>
        </div>
      </div>
      <EncounterDrawing className="w-full max-w-lg justify-self-center" />
    </section>
  );
}
