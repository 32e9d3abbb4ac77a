import { useMutation } from 'convex/react';
import { useCallback } from 'react';
import { api } from '../../api/generated';
import type { Id } from '../../api/generated';
import { noteAnsweredHere } from './answeredHere';

/** Says that one is coming: every other device of this person stops ringing. */
export function useAnswer() {
  const answer = useMutation(api.meetSessions.answer);
  return useCallback(
    (sessionId: Id<'meetSessions'>) => {
      noteAnsweredHere(sessionId);
      // Refused when the meeting has just ended, which its page says.
      answer({ sessionId }).catch(() => undefined);
    },
    [answer],
  );
}
