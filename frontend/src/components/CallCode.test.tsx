import { waitFor } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { api } from '../api/generated';
import type { ActiveMeet, OffreAvecDemande } from '../api/generated';
import { FakeConvex, pageOf } from '../testing/fakeConvex';
import { fakeSession } from '../testing/fakeSession';
import { render } from '../testing/render';
import { activeMeet, offre } from '../testing/samples';
import { CallCode } from './CallCode';

function show({ meets = [] as ActiveMeet[], received = [] as OffreAvecDemande[], sent = [] as OffreAvecDemande[], isSignedIn = true }) {
  const fetch = vi.fn();
  const held = { meets };
  const convex = new FakeConvex()
    .on(api.meetSessions.getUserActiveMeetSessions, () => held.meets)
    .on(api.offres.received, () => pageOf(received))
    .on(api.offres.sent, () => pageOf(sent));
  render(<CallCode fetch={fetch} />, { convex, session: fakeSession(isSignedIn) });
  return { fetch, held, convex };
}

test('the call’s code is fetched while an offre waits, on either side', async () => {
  const here = show({ received: [offre()] });
  await waitFor(() => expect(here.fetch).toHaveBeenCalled(), { timeout: 20_000 });
  const there = show({ sent: [offre()] });
  await waitFor(() => expect(there.fetch).toHaveBeenCalled(), { timeout: 20_000 });
}, 60_000);

test('and at once when a meeting opens, not before', async () => {
  const { fetch, held, convex } = show({ received: [offre({ status: 'rejected' })] });
  await Promise.resolve();
  expect(fetch).not.toHaveBeenCalled();
  held.meets = [activeMeet()];
  convex.changed();
  await waitFor(() => expect(fetch).toHaveBeenCalledOnce());
});
