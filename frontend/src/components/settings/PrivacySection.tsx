import { useMutation } from 'convex/react';
import { Download, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { api } from '../../api/generated';
import { refusalOf } from '../../api/refusal';
import { sayRefusal } from '../../i18n/refusals';
import { useWords } from '../../i18n/words';
import { Button } from '../../ui/Button';
import { Notice } from '../../ui/Notice';
import { EraseDialog } from './EraseDialog';

/** One's data: a copy of it, what is kept and for how long, and the end of the account. */
export function PrivacySection() {
  const { t } = useWords();
  const [isErasing, setErasing] = useState(false);
  return (
    <section aria-labelledby="privacy" className="flex flex-col gap-7 rounded-3xl border border-line bg-card p-5 shadow-lift sm:p-8">
      <h2 id="privacy" className="text-xl font-bold">
        {t('priv.title')}
      </h2>
      <Copy />
      <div className="flex flex-col gap-2">
        <h3 className="font-semibold">{t('priv.kept')}</h3>
        <ul className="flex list-disc flex-col gap-1 pl-5 text-muted">
          {(['messages', 'reviews', 'calls', 'media'] as const).map((what) => (
            <li key={what}>{t(`priv.kept.${what}`)}</li>
          ))}
        </ul>
      </div>
      <div className="flex flex-col items-start gap-3 border-t border-line pt-6">
        <h3 className="font-semibold">{t('priv.erase')}</h3>
        <p className="text-muted">{t('priv.erase.text')}</p>
        <Button onPress={() => setErasing(true)}>
          <Trash2 aria-hidden size={18} />
          {t('priv.erase')}
        </Button>
      </div>
      <EraseDialog isOpen={isErasing} onOpenChange={setErasing} />
    </section>
  );
}

function Copy() {
  const words = useWords();
  const { t } = words;
  const generateExportUrl = useMutation(api.users.generateExportUrl);
  const [isWaiting, setWaiting] = useState(false);
  const [said, setSaid] = useState<{ tone: 'info' | 'error'; text: string } | null>(null);

  async function fetchCopy() {
    setWaiting(true);
    setSaid(null);
    try {
      const link = document.createElement('a');
      link.href = await generateExportUrl({});
      link.download = 'visavis.json';
      link.click();
      setSaid({ tone: 'info', text: t('priv.copy.ready') });
    } catch (error) {
      const refusal = refusalOf(error);
      setSaid({ tone: 'error', text: refusal.code === 'rate_limited' ? t('priv.copy.tooOften') : sayRefusal(words, refusal) });
    }
    setWaiting(false);
  }

  return (
    <div className="flex flex-col items-start gap-3">
      <h3 className="font-semibold">{t('priv.copy')}</h3>
      <p className="text-muted">{t('priv.copy.text')}</p>
      <Button isDisabled={isWaiting} onPress={() => void fetchCopy()}>
        <Download aria-hidden size={18} />
        {t('priv.copy.get')}
      </Button>
      {said !== null && <Notice tone={said.tone}>{said.text}</Notice>}
    </div>
  );
}
