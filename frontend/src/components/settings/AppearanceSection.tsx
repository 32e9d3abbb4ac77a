import { useMutation } from 'convex/react';
import { useState } from 'react';
import { api } from '../../api/generated';
import { chooseLocale, useWords } from '../../i18n/words';
import { chooseTheme, readTheme, themes } from '../../lib/theme';
import { Select } from '../../ui/Select';
import { SettingsSection } from './SettingsSection';

/** Language and light or dark. */
export function AppearanceSection() {
  const { t, locale } = useWords();
  const [theme, setTheme] = useState(readTheme);
  const update = useMutation(api.users.update);
  return (
    <SettingsSection title={t('set.appearance')}>
      <div className="grid gap-5 sm:grid-cols-2">
        <Select
          label={t('app.language')}
          value={locale}
          options={[
            { value: 'fr', label: 'Français' },
            { value: 'en', label: 'English' },
          ]}
          onChange={(value) => {
            const chosen = value === 'en' ? 'en' : 'fr';
            chooseLocale(chosen);
            // The account remembers it too; here it is chosen whether or not that arrives.
            update({ locale: chosen }).catch(() => undefined);
          }}
        />
        <Select
          label={t('set.theme')}
          value={theme}
          options={themes.map((value) => ({ value, label: t(`set.theme.${value}`) }))}
          onChange={(value) => {
            const chosen = themes.find((other) => other === value) ?? 'system';
            chooseTheme(chosen);
            setTheme(chosen);
          }}
        />
      </div>
    </SettingsSection>
  );
}
