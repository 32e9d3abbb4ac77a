// What `visavis types` promises the pages, as the compiler sees it: `tsc` is the test, nothing here runs. Compiled with
// `exactOptionalPropertyTypes` and without (tsconfig.loose.json).
import type { ConvexHttpClient, OptimisticLocalStore } from 'convex/browser';
import { insertAtTop, useAction, useMutation, usePaginatedQuery, useQuery } from 'convex/react';
import type { FunctionArgs, FunctionReturnType } from 'convex/server';
import type { Acceptance, Demande, Id, Me, Message, Offre, OffreStatus, Ticket } from './generated.ts';
import { api } from './generated.ts';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Compiles for one type written twice, and for no other. */
function same<A, B>(..._proof: Same<A, B> extends true ? [] : [never]): void {}
/** `is<A>()(value)` compiles if the value's type is A, not more, not less. */
const is = <A,>() => <B,>(_value: B, ..._proof: Same<A, B> extends true ? [] : [never]): void => {};

declare const demandeId: Id<'demandes'>;
declare const offreId: Id<'offres'>;
declare const sessionId: Id<'meetSessions'>;
declare const text: string;

export function Queries() {
  const offres = useQuery(api.offres.listForDemande, { demandeId });
  is<Offre[] | undefined>()(offres);
  useQuery(api.offres.listForDemande, 'skip');
  // @ts-expect-error arguments are needed
  useQuery(api.offres.listForDemande);
  // @ts-expect-error and each of them
  useQuery(api.offres.listForDemande, {});
  // @ts-expect-error an id of another table is no id of this
  useQuery(api.offres.listForDemande, { demandeId: offreId });
  // @ts-expect-error nor is any text
  useQuery(api.offres.listForDemande, { demandeId: text });
  // @ts-expect-error what is not declared is refused
  useQuery(api.offres.listForDemande, { demandeId, statut: 'pending' });
  // @ts-expect-error a function that there is not
  useQuery(api.offres.liste, { demandeId });
  // @ts-expect-error a mutation is no query
  useQuery(api.demandes.create, { titre: '', description: '', prix: 1, devise: 'EUR' });

  const me = useQuery(api.users.me);
  is<Me | null | undefined>()(me);
  useQuery(api.users.me, {});
  // @ts-expect-error it takes none
  useQuery(api.users.me, { demandeId });

  const offre = offres?.[0];
  if (!offre) return null;
  is<Id<'offres'>>()(offre._id);
  is<Id<'demandes'>>()(offre.demandeId);
  is<Id<'meetSessions'> | null>()(offre.meetSessionId);
  is<OffreStatus>()(offre.status);
  same<OffreStatus, 'pending' | 'accepted' | 'rejected' | 'withdrawn'>();
  // @ts-expect-error a status that there is not
  if (offre.status === 'refused') return null;
  // @ts-expect-error null is a case of its own
  const session: Id<'meetSessions'> = offre.meetSessionId;
  const asText: string = offre._id;
  return [session, asText];
}

export function Pages() {
  const list = usePaginatedQuery(api.demandes.list, { recherche: text }, { initialNumItems: 10 });
  is<Demande[]>()(list.results);
  usePaginatedQuery(api.demandes.list, {}, { initialNumItems: 10 });
  // @ts-expect-error the hook gives them itself
  usePaginatedQuery(api.demandes.list, { paginationOpts: { numItems: 1, cursor: null } }, { initialNumItems: 10 });
  // @ts-expect-error that query has no pages
  usePaginatedQuery(api.offres.listForDemande, { demandeId }, { initialNumItems: 10 });
  const messages = usePaginatedQuery(api.messages.list, { sessionId }, { initialNumItems: 10 });
  is<Message[]>()(messages.results);
  // @ts-expect-error the two ids are not each other's
  usePaginatedQuery(api.messages.list, { offreId: sessionId }, { initialNumItems: 10 });
  is<string | undefined>()(messages.results[0]?.texte);
}

export function Calls() {
  const create = useMutation(api.demandes.create);
  const move = useMutation(api.offres.updateOffreStatus);
  const update = useMutation(api.users.update);
  const join = useAction(api.video.join);
  // @ts-expect-error a query is no action
  useAction(api.users.me);
  // @ts-expect-error an action is no mutation
  useMutation(api.video.join);

  return async () => {
    is<Id<'demandes'>>()(await create({ titre: text, description: text, prix: 100, devise: 'EUR' }));
    // @ts-expect-error a price is a number
    await create({ titre: text, description: text, prix: '100', devise: 'EUR' });
    // @ts-expect-error a currency is needed
    await create({ titre: text, description: text, prix: 100 });

    is<Acceptance | null>()(await move({ offreId, status: 'accepted' }));
    // @ts-expect-error nobody moves one there
    await move({ offreId, status: 'pending' });

    is<null>()(await update({}));
    await update({ name: text });
    is<Ticket>()(await join({ sessionId }));
  };
}

export function Optimistic() {
  return useMutation(api.demandes.create).withOptimisticUpdate((local: OptimisticLocalStore, args) => {
    is<{ titre: string; description: string; prix: number; devise: string }>()(args);
    const offres = local.getQuery(api.offres.listForDemande, { demandeId });
    is<Offre[] | undefined>()(offres);
    local.setQuery(api.offres.listForDemande, { demandeId }, []);
    // @ts-expect-error rows of another kind
    local.setQuery(api.offres.listForDemande, { demandeId }, [{ titre: text }]);
    // @ts-expect-error an item of a page is a whole demande
    insertAtTop({ paginatedQuery: api.demandes.list, localQueryStore: local, item: { titre: args.titre } });
  });
}

export async function Http(client: ConvexHttpClient) {
  const demande = await client.query(api.demandes.get, { demandeId });
  is<Demande | null>()(demande);
  // @ts-expect-error arguments here too
  await client.query(api.demandes.get);
  same<FunctionArgs<typeof api.demandes.get>, { demandeId: Id<'demandes'> }>();
  same<FunctionReturnType<typeof api.meetSessions.start>, Acceptance>();
  // @ts-expect-error these two tell types apart
  same<Id<'demandes'>, Id<'offres'>>();
  // @ts-expect-error whichever way round
  is<Demande>()(demande);
}
