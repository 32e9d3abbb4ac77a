import { render as renderPlain, type RenderResult } from '@testing-library/react';
import type { ReactNode } from 'react';
import { SessionProvider } from '../api/SessionProvider';
import { api } from '../api/generated';
import type { Session } from '../api/session';
import { MeetClientLoader } from '../components/meet/engines/MeetClientLoader';
import { FakeConvex } from './fakeConvex';
import { FakeMeet } from './fakeMeet';
import { fakeSession } from './fakeSession';
import { amina } from './samples';

interface Options {
  path?: string;
  convex?: FakeConvex;
  session?: Session;
  meet?: FakeMeet;
}

/** Shows something as Amina, signed in, with whatever backend the test brings. */
export function render(ui: ReactNode, { path = '/', convex = new FakeConvex(), session = fakeSession(true), meet = new FakeMeet() }: Options = {}): RenderResult {
  history.replaceState(null, '', path);
  convex.on(api.users.me, () => ({ ...amina, email: 'amina@example.org', locale: 'fr' }));
  return renderPlain(
    <SessionProvider session={session} client={convex.client()}>
      <MeetClientLoader value={() => Promise.resolve(() => meet)}>{ui}</MeetClientLoader>
    </SessionProvider>,
  );
}
