import { Activity } from 'lucide-react';
import type { MeetSession } from '../../api/generated';
import { useWords } from '../../i18n/words';
import { Avatar } from '../../ui/Avatar';
import { Button } from '../../ui/Button';
import { useCallUi } from './callUi';
import type { MeetState } from './engines/meetClient';

/** What the call is about, and who is in it. */
export function InfoPanel({ session, state: { self, others } }: { session: MeetSession; state: MeetState }) {
  const { t, amount } = useWords();
  const { togglePanel } = useCallUi();
  const { demande, offre, autre } = session;
  return (
    <div className="flex min-h-0 flex-col gap-5 overflow-y-auto p-4">
      <section>
        <h3 className="text-lg font-bold">{demande.titre}</h3>
        <p className="mt-1 text-muted">
          {t('lobby.offer')} · <strong className="text-ink">{amount(offre.prixPropose, offre.devise)}</strong>
        </p>
        <p className="mt-3 whitespace-pre-line">{offre.message}</p>
      </section>
      <section>
        <h3 className="font-bold">{t('call.count', { n: others.length + 1 })}</h3>
        <ul className="m-0 mt-2 flex list-none flex-col gap-2 p-0">
          {[...others, self].map((person) => (
            <li key={person.id} className="flex items-center gap-3">
              <Avatar name={person.name || t('call.self')} url={person.id === autre._id ? autre.avatarUrl : null} size={40} />
              <span className="min-w-0">
                <span className="block truncate font-semibold">{person.isSelf ? t('call.self') : person.name}</span>
                <span className="block text-sm text-muted">
                  {t(person.isMicrophoneOn ? 'mic.on.sr' : 'mic.off.sr')} · {t(person.camera === null ? 'cam.off.sr' : 'cam.on.sr')}
                </span>
              </span>
            </li>
          ))}
        </ul>
      </section>
      <p className="text-sm text-muted">{t('call.encrypted')}</p>
      <Button onPress={() => togglePanel('stats')}>
        <Activity aria-hidden size={18} />
        {t('call.stats')}
      </Button>
    </div>
  );
}
