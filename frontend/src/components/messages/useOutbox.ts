import { useConvex, type ConvexReactClient } from 'convex/react';
import { useMemo, useSyncExternalStore } from 'react';
import { api } from '../../api/generated';
import type { Id } from '../../api/generated';
import { Outbox } from './outbox';
import { upload } from './upload';

const outboxes = new WeakMap<ConvexReactClient, Map<string, Outbox>>();

/** The same one wherever the conversation is shown: what was begun on one page goes on on the next. */
function outboxOf(client: ConvexReactClient, me: Id<'users'>, offreId: Id<'offres'>): Outbox {
  const ours = outboxes.get(client) ?? new Map<string, Outbox>();
  outboxes.set(client, ours);
  const key = `${me}.${offreId}`;
  const known = ours.get(key);
  if (known !== undefined) return known;
  const outbox = new Outbox(key, {
    send: (message) => client.mutation(api.messages.send, { offreId, ...message }),
    uploadUrl: () => client.mutation(api.files.generateUploadUrl, {}),
    upload,
  });
  ours.set(key, outbox);
  return outbox;
}

export function useOutbox(me: Id<'users'>, offreId: Id<'offres'>) {
  const client = useConvex();
  const outbox = useMemo(() => outboxOf(client, me, offreId), [client, me, offreId]);
  return { outbox, state: useSyncExternalStore(outbox.subscribe, outbox.snapshot) };
}
