import { useQuery } from 'convex/react';
import { useEffect } from 'react';
import { api } from '../../api/generated';
import { countOnTab } from '../../lib/tabTitle';
import { useAllUnread, useUnreadSum } from './useUnread';

/** Keeps the number of unread messages on the tab and in the navigation, whichever page is open. */
export function UnreadOnTab() {
  const me = useQuery(api.users.me);
  const sum = useAllUnread(me?._id);
  useEffect(() => {
    countOnTab(sum);
    useUnreadSum.setState(sum, true);
  }, [sum]);
  return null;
}
