import { useQuery } from 'convex/react';
import { useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { api } from '../api/generated';
import type { Id, MeetSession } from '../api/generated';
import { Aside } from '../components/meet/Aside';
import { Call } from '../components/meet/Call';
import { EndScreen } from '../components/meet/EndScreen';
import { Lobby } from '../components/meet/Lobby';
import { useMeet } from '../components/meet/useMeet';
import { useAnswer } from '../components/ring/useAnswer';
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
  const { meet, media, join, startOver, comeBack, hangUp, leave } = useMeet(session._id);
  const [wasActive] = useState(session.status === 'active');
  const [, navigate] = useLocation();
  const [hasHungUp, setHungUp] = useState(false);
  const isOver = hasHungUp || session.status !== 'active';

  // Whoever is on this page has answered, also when they are called once more.
  const answer = useAnswer();
  const isCalled = session.status === 'active' && session.ring !== null && session.ring.status !== 'answered';
  useEffect(() => {
    if (isCalled) answer(session._id);
  }, [answer, isCalled, session._id]);

  // It ended while we were here, whoever ended it.
  useEffect(() => {
    if (isOver) leave();
  });

  if (isOver) return <EndScreen session={session} wasHere={wasActive} />;

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
            setHungUp(true);
          }}
          onLeave={() => {
            leave();
            navigate('/dashboard');
          }}
          onStartOver={startOver}
        />
      );
    case 'interrupted': {
      const isElsewhere = meet.reason === 'movedElsewhere';
      return (
        <Aside title={t(isElsewhere ? 'dup.moved' : 'int.h1')} {...(!isElsewhere && { text: t(meet.reason === 'left' ? 'int.waited' : 'int.lost') })}>
          <Button tone="action" onPress={isElsewhere ? () => void join() : comeBack}>
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
