// A page as anybody would write one with `convex/react`. What its hooks show is kept, commit by commit of
// React, in `window.seen`, and what a person would press is a function of `window`.
import { ConvexHttpClient } from 'convex/browser';
import {
  Authenticated, ConvexProvider, ConvexProviderWithAuth, ConvexReactClient, insertAtTop, useAction, useConvexAuth,
  useMutation, usePaginatedQuery, useQuery,
} from 'convex/react';
import { ConvexError } from 'convex/values';
import { Component, StrictMode, useCallback, useLayoutEffect, useState, useSyncExternalStore } from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { api } from '../../../frontend/src/api/generated.ts';

const seen = {};
window.seen = seen;

/** Keeps what this commit shows, unless the last one showed the same. */
function useRecord(probe, value) {
  useLayoutEffect(() => {
    const records = (seen[probe] ??= []);
    if (JSON.stringify(records.at(-1)) !== JSON.stringify(value)) records.push(value);
  });
}

const titres = (rows) => rows.map((row) => row.titre);
const find = (name) => name.split(':').reduce((at, part) => at[part], api);
const outcome = (promise) => promise.then(
  (value) => ({ value }),
  (error) => ({ message: error.message, ...(error instanceof ConvexError ? { data: error.data } : {}) }),
);

/** One's own demandes, and a form that shows a new one before the server has said a word. */
function Demandes() {
  const list = usePaginatedQuery(api.demandes.mine, {}, { initialNumItems: 50 });
  const me = useQuery(api.users.me);
  const create = useMutation(api.demandes.create).withOptimisticUpdate((local, args) => {
    const item = { ...args, _id: `now ${args.titre}`, _creationTime: 0, status: 'open', demandeur: me, nombreOffres: 0 };
    insertAtTop({ paginatedQuery: api.demandes.mine, localQueryStore: local, item });
  });
  useRecord('demandes', { status: list.status, titres: titres(list.results) });
  window.create = (titre, prix = 100) => outcome(create({ titre, description: '', prix, devise: 'EUR' }));
  return null;
}

/** The offres of a demande, answered by buttons whose effect is shown at once. */
function Offres({ demandeId }) {
  const offres = useQuery(api.offres.listForDemande, { demandeId });
  const demande = useQuery(api.demandes.get, { demandeId });
  const move = useMutation(api.offres.updateOffreStatus).withOptimisticUpdate((local, { offreId, status }) => {
    const now = local.getQuery(api.offres.listForDemande, { demandeId });
    local.setQuery(api.offres.listForDemande, { demandeId }, now?.map((one) => (one._id === offreId ? { ...one, status } : one)));
  });
  useRecord('offres', { offres: offres?.map((one) => one.status) ?? 'loading', demande: demande?.status ?? 'loading' });
  window.move = (offreId, status) => outcome(move({ offreId, status }));
  return null;
}

function Pages({ query, args, items }) {
  const list = usePaginatedQuery(find(query), args, { initialNumItems: items });
  useRecord('pages', { status: list.status, ids: list.results.map((row) => row._id) });
  window.loadMore = (count) => list.loadMore(count);
  return null;
}

function Private() {
  const me = useQuery(api.users.me);
  const mine = useQuery(api.demandes.mine, { paginationOpts: { numItems: 10, cursor: null } });
  const create = useMutation(api.demandes.create);
  useRecord('private', { me: me === undefined ? 'loading' : (me?.name ?? 'nobody'), mine: mine ? titres(mine.page) : 'loading' });
  window.create = (titre) => outcome(create({ titre, description: '', prix: 100, devise: 'EUR' }));
  return null;
}

function Account() {
  useRecord('auth', { ...useConvexAuth() });
  return <Authenticated><Private /></Authenticated>;
}

/** A view that subscribes to five queries, as a page of the product does. */
function Board() {
  const opts = { paginationOpts: { numItems: 20, cursor: null } };
  const shown = {
    me: useQuery(api.users.me), mine: useQuery(api.demandes.mine, opts), list: useQuery(api.demandes.list, opts),
    received: useQuery(api.offres.received, opts), meets: useQuery(api.meetSessions.getUserActiveMeetSessions),
  };
  const create = useMutation(api.demandes.create);
  const join = useAction(api.video.join);
  useRecord('board', {
    loading: Object.keys(shown).filter((name) => shown[name] === undefined),
    mine: shown.mine ? titres(shown.mine.page) : 'loading',
  });
  window.create = (titre) => outcome(create({ titre, description: '', prix: 100, devise: 'EUR' }));
  window.join = (sessionId) => outcome(join({ sessionId }));
  return null;
}

function Search({ word }) {
  const list = useQuery(api.demandes.list, { recherche: word, paginationOpts: { numItems: 5, cursor: null } });
  useRecord(`search ${word}`, list ? titres(list.page) : 'loading');
  return null;
}

/** Views that come and go: each `burst(words)` is one commit. */
function Burst() {
  const [words, setWords] = useState([]);
  window.burst = (now) => flushSync(() => setWords(now));
  return words.map((word) => <Search key={word} word={word} />);
}

/** What an error boundary is given. */
class Boundary extends Component {
  state = {};
  static getDerivedStateFromError(error) {
    seen.caught = { message: error.message, ...(error instanceof ConvexError ? { data: error.data } : {}) };
    return { failed: true };
  }
  render() {
    return this.state.failed ? null : this.props.children;
  }
}

// Who is signed in, as an identity provider's hook would tell; tokens come from the test.
const session = { person: null, tell: () => {} };
window.signIn = (person) => {
  session.person = person;
  session.tell();
};
const listen = (tell) => {
  session.tell = tell;
  return () => {};
};

function useAuth() {
  const person = useSyncExternalStore(listen, () => session.person);
  const fetchAccessToken = useCallback(({ forceRefreshToken }) => window.fetchToken(person, forceRefreshToken), [person]);
  return { isLoading: false, isAuthenticated: person !== null, fetchAccessToken };
}

const probes = { Demandes, Offres, Pages, Account, Board, Burst };
const root = createRoot(document.getElementById('root'));

/** Shows one of the views above to `person`, or to nobody; `options` are the client's. */
window.show = (url, probe, props = {}, { person = null, strict = false, ...options } = {}) => {
  session.person = person;
  window.client = new ConvexReactClient(url, { unsavedChangesWarning: false, ...options });
  const Probe = probes[probe];
  const view = <Boundary><Probe {...props} /></Boundary>;
  // Views that ask for what needs an account wait, as `Authenticated` has it; Account does so by itself.
  const gated = person && probe !== 'Account' ? <Authenticated>{view}</Authenticated> : view;
  const app = person || probe === 'Account'
    ? <ConvexProviderWithAuth client={window.client} useAuth={useAuth}>{gated}</ConvexProviderWithAuth>
    : <ConvexProvider client={window.client}>{gated}</ConvexProvider>;
  root.render(strict ? <StrictMode>{app}</StrictMode> : app);
};

window.http = (url, kind, name, args, token) => {
  const client = new ConvexHttpClient(url, { logger: false });
  if (token) client.setAuth(token);
  return outcome(client[kind](find(name), args));
};

window.upload = async (target, text) => {
  const response = await fetch(target, { method: 'POST', headers: { 'Content-Type': 'text/plain' }, body: new Blob([text]) });
  return response.json();
};
