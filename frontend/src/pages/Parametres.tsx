import type { ComponentType } from 'react';
import { AppearanceSection } from '../components/settings/AppearanceSection';
import { PrivacySection } from '../components/settings/PrivacySection';
import { ProfileSection } from '../components/settings/ProfileSection';
import { PushSection } from '../components/settings/PushSection';
import { SoundsSection } from '../components/settings/SoundsSection';
import { useWords } from '../i18n/words';
import { PageTitle } from '../ui/PageTitle';

/** In the order of the page; each is a card that loads and saves for itself. */
const sections: ComponentType[] = [ProfileSection, SoundsSection, PushSection, AppearanceSection, PrivacySection];

export function Parametres() {
  const { t } = useWords();
  return (
    <div className="mx-auto flex max-w-2xl flex-col gap-6">
      <PageTitle documentTitle={t('set.h1')}>{t('set.h1')}</PageTitle>
      {sections.map((Section, place) => (
        <Section key={place} />
      ))}
    </div>
  );
}
