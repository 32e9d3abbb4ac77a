import { useQuery } from 'convex/react';
import { useEffect, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { api } from '../api/generated';
import type { Id, MeetSession } from '../api/generated';
import { useFlash } from '../components/flash';
import { Aside } from '../components/meet/Aside';
import { Call } from '../components/meet/Call';
import { Lobby } from '../components/meet/Lobby';
import { useMeet } from '../components/meet/useMeet';
import { Conversation } from '../components/messages/Conversation';
import { useUnread } from '../components/messages/useUnread';
import { useWords } from '../i18n/words';
import { Button } from '../ui/Button';
import { LinkButton } from '../ui/LinkButton';

export function MeetRoom({ sessionId }: { sessionId: string }) {
  const { t } = useWords();
  // The server checks what the address bar says; an id that is none is simply not found.
  const session = useQuery(api.meetSessions.getMeetSession, { sessionId: sessionId as Id<'meetSessions'> });
  if (session === undefined) return <div className="stage-theme min-h-dvh bg-paper" aria-busy="true" />;
  if (session === null) {
    return (
      <Aside title={t('err.notYours')}>
        <LinkButton href="/dashboard">{t('end.home')}</LinkButton>
      </Aside>
    );
  }
  return <Meeting session={session} />;
}

function Meeting({ session }: { session: MeetSession }) {
  const { t } = useWords();
  const me = useQuery(api.users.me);
  const unread = useUnread(session.offre._id, me?._id);
  const [, navigate] = useLocation();
  const showFlash = useFlash((flash) => flash.show);
  const { meet, media, join, comeBack, hangUp, leave } = useMeet(session._id);
  const [wasActive] = useState(session.status === 'active');
  const isLeaving = useRef(false);
  const { titre } = session.demande;

  function goHome(text: string) {
    if (isLeaving.current) return;
    isLeaving.current = true;
    showFlash({ titre, text, href: `/demandes/${session.demande._id}` });
    navigate('/dashboard', { replace: true });
  }

  // The meeting ended while we were here: whoever ended it, the dashboard is where both come out.
  useEffect(() => {
    if (!wasActive || session.status === 'active') return;
    leave();
    const endedByOther = session.endedBy === session.autre._id;
    if (session.status === 'cancelled') goHome(t('end.cancelled'));
    else goHome(endedByOther ? t('end.byOther', { nom: session.autre.name }) : t('end.completed'));
  });

  if (session.status !== 'active') {
    if (wasActive) return <div className="stage-theme min-h-dvh bg-paper" aria-busy="true" />;
    return (
      <Aside title={t(session.status === 'cancelled' ? 'end.cancelled' : 'end.completed')} text={`${titre} · ${session.autre.name}`}>
        <LinkButton href="/dashboard" tone="action">
          {t('end.home')}
        </LinkButton>
        <LinkButton href={`/demandes/${session.demande._id}`}>{t('chat.open')}</LinkButton>
      </Aside>
    );
  }

  switch (meet.status) {
    case 'lobby':
    case 'joining':
      return (
        <Lobby
          session={session}
          media={media}
          myName={me?.name ?? ''}
          isJoining={meet.status === 'joining'}
          problem={meet.status === 'lobby' ? meet.problem : null}
          onJoin={() => void join()}
        />
      );
    case 'call':
      return (
        <Call
          client={meet.client}
          session={session}
          discussion={{ unread, panel: me && <Conversation offreId={session.offre._id} me={me._id} autre={session.autre} /> }}
          onHangUp={() => {
            hangUp();
            goHome(t('end.completed'));
          }}
        />
      );
    case 'interrupted': {
      const isElsewhere = meet.reason === 'movedElsewhere';
      return (
        <Aside title={t(isElsewhere ? 'dup.moved' : 'int.h1')} {...(!isElsewhere && { text: t('int.lost') })}>
          <Button tone="action" onPress={comeBack}>
            {t(isElsewhere ? 'dup.here' : 'int.rejoin')}
          </Button>
          <LinkButton href="/dashboard">{t('end.home')}</LinkButton>
        </Aside>
      );
    }
    default:
      return meet satisfies never;
  }
}
