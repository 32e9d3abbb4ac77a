import { useQuery } from 'convex/react';
import { ChevronLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { Id } from '../api/generated';
import { api } from '../api/generated';
import { CallFacts } from '../components/history/CallFacts';
import { CallQualityFacts } from '../components/history/CallQualityFacts';
import { MeetReview } from '../components/MeetReview';
import { Conversation } from '../components/messages/Conversation';
import { SharedFiles } from '../components/messages/SharedFiles';
import { useWords } from '../i18n/words';
import { Avatar } from '../ui/Avatar';
import { LinkButton } from '../ui/LinkButton';
import { linkStyles } from '../ui/linkStyles';
import { NothingHere } from '../ui/NothingHere';
import { Notice } from '../ui/Notice';
import { PageTitle } from '../ui/PageTitle';
import { Skeleton } from '../ui/Skeleton';

/** One call of the past, with all that belongs to it: when and how long, its words and files, how it was. */
export function PastMeetPage({ sessionId }: { sessionId: string }) {
  const { t } = useWords();
  const me = useQuery(api.users.me);
  // The server checks what the address bar says; an id that is none is simply not found.
  const summary = useQuery(api.meetSessions.getSummary, { sessionId: sessionId as Id<'meetSessions'> });
  if (summary === undefined || me === undefined) return <Skeleton label={t('app.loading')} />;
  if (summary === null || me === null) {
    return (
      <NothingHere title={t('err.notYours')}>
        <LinkButton href="/historique">{t('hist.back')}</LinkButton>
      </NothingHere>
    );
  }
  const { demande, autre, offre } = summary;
  return (
    <div className="flex flex-col gap-5">
      <Link href="/historique" className={`${linkStyles} flex min-h-11 w-fit items-center gap-1`}>
        <ChevronLeft aria-hidden size={18} />
        {t('hist.back')}
      </Link>
      <div className="flex flex-wrap items-center justify-between gap-4">
        <div className="flex min-w-0 items-center gap-4">
          <Avatar name={autre.name} url={autre.avatarUrl} size={52} />
          <div className="min-w-0">
            <PageTitle documentTitle={demande.titre}>{demande.titre}</PageTitle>
            <p className="text-muted">{t('card.with', { nom: autre.name })}</p>
          </div>
        </div>
        <LinkButton href={`/demandes/${demande._id}`}>{t('hist.demande')}</LinkButton>
      </div>
      {summary.status === 'active' && (
        <Notice tone="info" actions={<LinkButton href={`/meet/${summary._id}`}>{t('dash.openRoom')}</LinkButton>}>
          {t('hist.open')}
        </Notice>
      )}
      <div className="grid items-start gap-5 lg:grid-cols-[1.2fr_1fr]">
        <div className="flex min-w-0 flex-col gap-5">
          <Panel title={t('hist.facts')}>
            <CallFacts summary={summary} />
          </Panel>
          {summary.status !== 'active' && (
            <section className={panel}>
              <MeetReview sessionId={summary._id} review={summary.review} hasMet={summary.togetherMs > 0} />
            </section>
          )}
          <Panel title={t('hist.quality')}>
            <CallQualityFacts quality={summary.quality} />
          </Panel>
        </div>
        <div className="flex min-w-0 flex-col gap-5">
          <section
            aria-labelledby="discussion"
            className="flex h-[min(36rem,80dvh)] min-h-88 flex-col overflow-hidden rounded-3xl border border-line bg-card shadow-lift"
          >
            <h2 id="discussion" className="border-b border-line px-5 py-3 font-bold">
              {t('chat.title')}
            </h2>
            <Conversation offreId={offre._id} me={me._id} autre={autre} />
          </section>
          <Panel title={t('hist.files')}>
            <SharedFiles offreId={offre._id} />
          </Panel>
        </div>
      </div>
    </div>
  );
}

const panel = 'flex flex-col gap-4 rounded-3xl border border-line bg-card p-5 shadow-lift sm:p-7';

function Panel({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={panel}>
      <h2 className="text-lg font-bold">{title}</h2>
      {children}
    </section>
  );
}
