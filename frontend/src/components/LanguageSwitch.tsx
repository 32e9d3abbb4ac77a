import { chooseLocale, useWords } from '../i18n/words';
import { Button } from '../ui/Button';

/** Says the other language's own name, so that whoever needs it can read it. */
export function LanguageSwitch() {
  const { locale } = useWords();
  const other = locale === 'fr' ? 'en' : 'fr';
  return (
    <Button tone="quiet" size="icon" aria-label={other === 'en' ? 'EN, English' : 'FR, Français'} onPress={() => chooseLocale(other)}>
      <span lang={other} className="text-sm uppercase">
        {other}
      </span>
    </Button>
  );
}
