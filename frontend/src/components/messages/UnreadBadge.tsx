import type { Id } from '../../api/generated';
import { useWords } from '../../i18n/words';
import { useUnread } from './useUnread';

/** How many messages of a conversation were not looked at; nothing when there are none. */
export function UnreadBadge({ offreId, me }: { offreId: Id<'offres'>; me: Id<'users'> }) {
  const { t } = useWords();
  const unread = useUnread(offreId, me);
  if (unread === 0) return null;
  return <span className="inline-flex w-fit items-center rounded-full bg-action px-2.5 py-0.5 text-sm font-semibold text-on-action">{t('chat.new', { n: unread })}</span>;
}
