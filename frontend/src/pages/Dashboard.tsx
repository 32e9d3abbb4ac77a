import { usePaginatedQuery, useQuery } from 'convex/react';
import { Inbox, Plus } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'wouter';
import { api } from '../api/generated';
import { ActiveMeets } from '../components/dashboard/ActiveMeets';
import { MissedCalls } from '../components/dashboard/MissedCalls';
import { OffresRecuesModal } from '../components/dashboard/OffresRecuesModal';
import { DemandeCard } from '../components/demandes/DemandeCard';
import { PastMeets } from '../components/history/PastMeets';
import { UnreadBadge } from '../components/messages/UnreadBadge';
import { ReceivedOffres } from '../components/offres/ReceivedOffres';
import { useWords } from '../i18n/words';
import { Button } from '../ui/Button';
import { EmptyState } from '../ui/EmptyState';
import { LinkButton } from '../ui/LinkButton';
import { linkStyles } from '../ui/linkStyles';
import { PageTitle } from '../ui/PageTitle';
import { Skeleton } from '../ui/Skeleton';

export function Dashboard() {
  const { t } = useWords();
  const me = useQuery(api.users.me);
  return (
    <div className="flex flex-col gap-10">
      <div className="flex flex-col gap-5">
        <div className="flex flex-wrap items-center justify-between gap-3">
          <PageTitle documentTitle={t('nav.dashboard')}>{me ? t('dash.hello', { nom: me.name }) : t('nav.dashboard')}</PageTitle>
          <LinkButton href="/demandes/nouvelle" tone="action" className="lg:hidden!">
            <Plus aria-hidden size={18} />
            {t('req.new')}
          </LinkButton>
        </div>
        <Todo />
      </div>
      <MyDemandes />
      <RecentCalls />
    </div>
  );
}

/** What waits for an answer: running meetings and offres. */
function Todo() {
  const { t } = useWords();
  const [isOpen, setOpen] = useState(false);
  const meets = useQuery(api.meetSessions.getUserActiveMeetSessions);
  const received = usePaginatedQuery(api.offres.received, {}, { initialNumItems: 20 });
  const waiting = received.results.filter((offre) => offre.status === 'pending').length;
  const missed = useQuery(api.meetSessions.missedCalls);
  const isQuiet = meets?.length === 0 && missed?.length === 0 && received.status !== 'LoadingFirstPage' && waiting === 0;
  return (
    <section aria-labelledby="todo" className="flex flex-col gap-3">
      <h2 id="todo" className="text-xl font-bold">
        {t('dash.todo')}
      </h2>
      {meets !== undefined && meets.length > 0 && <ActiveMeets meets={meets} />}
      <MissedCalls />
      <div className="flex flex-wrap items-center gap-4 rounded-2xl border border-line bg-card p-5 shadow-lift">
        <span className={`flex size-11 shrink-0 items-center justify-center rounded-full ${waiting > 0 ? 'bg-warn text-on-warn' : 'bg-sunken text-muted'}`}>
          <Inbox aria-hidden size={22} />
        </span>
        <p className="min-w-0 flex-1 basis-56">
          {waiting > 0 ? <strong>{t('dash.received.count', { n: waiting })}</strong> : t(isQuiet ? 'dash.empty' : 'offer.none')}
        </p>
        <Button tone={waiting > 0 ? 'action' : 'plain'} onPress={() => setOpen(true)}>
          {t('dash.received')}
        </Button>
      </div>
      <OffresRecuesModal isOpen={isOpen} onOpenChange={setOpen}>
        <ReceivedOffres show="pending" beforeLeaving={() => setOpen(false)} />
      </OffresRecuesModal>
    </section>
  );
}

function MyDemandes() {
  const { t } = useWords();
  const page = usePaginatedQuery(api.demandes.mine, {}, { initialNumItems: 6 });
  return (
    <section aria-labelledby="mine" className="flex flex-col gap-4">
      <h2 id="mine" className="text-xl font-bold">
        {t('dash.mine')}
      </h2>
      {page.status === 'LoadingFirstPage' && <Skeleton rows={1} label={t('app.loading')} />}
      {page.status !== 'LoadingFirstPage' && page.results.length === 0 && (
        <EmptyState of="demandes" text={t('dash.mine.empty')}>
          <LinkButton href="/">{t('dash.browse')}</LinkButton>
        </EmptyState>
      )}
      <ul className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
        {page.results.map((demande) => (
          <li key={demande._id} className="min-w-0">
            <DemandeCard demande={demande} own />
          </li>
        ))}
      </ul>
      {page.status === 'CanLoadMore' && (
        <Button className="self-start" onPress={() => page.loadMore(12)}>
          {t('app.more')}
        </Button>
      )}
    </section>
  );
}

function RecentCalls() {
  const { t } = useWords();
  const me = useQuery(api.users.me);
  const page = usePaginatedQuery(api.meetSessions.history, {}, { initialNumItems: 3 });
  if (page.results.length === 0) return null;
  const isNewest = (meet: string, offre: string) => page.results.find((each) => each.offre._id === offre)?._id === meet;
  return (
    <section aria-labelledby="recent" className="flex flex-col gap-4">
      <div className="flex items-baseline justify-between gap-4">
        <h2 id="recent" className="text-xl font-bold">
          {t('dash.recent')}
        </h2>
        <Link href="/historique" className={linkStyles}>
          {t('dash.all')}
        </Link>
      </div>
      <PastMeets
        meets={page.results.slice(0, 3)}
        // Several calls on one offre share one conversation: the newest of them tells.
        badge={({ _id, offre }) => me && isNewest(_id, offre._id) && <UnreadBadge offreId={offre._id} me={me._id} />}
      />
    </section>
  );
}
