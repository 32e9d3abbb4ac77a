import { cleanup, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test } from 'vitest';
import { api } from '../api/generated';
import type { MeetSession } from '../api/generated';
import { useRunningCall } from '../components/meet/runningCall';
import { FakeConvex, pageOf } from '../testing/fakeConvex';
import { FakeMeet, person } from '../testing/fakeMeet';
import { render } from '../testing/render';
import { bruno, id, meetSession, message } from '../testing/samples';
import { MeetRoom } from './MeetRoom';

const ticket = { engine: 'embedded', serverUrl: 'ws://here', token: 't', roomName: 'meet_sample', expiresAt: 0 };

function world(session: MeetSession | null = meetSession({ role: 'demandeur', autre: bruno })) {
  const held = { session };
  const meet = new FakeMeet();
  const convex = new FakeConvex()
    .on(api.meetSessions.getMeetSession, () => held.session)
    .on(api.meetSessions.endMeetSession, () => null)
    .on(api.video.join, () => ticket);
  return { held, meet, convex };
}

async function join(given: ReturnType<typeof world>) {
  render(<MeetRoom sessionId="meet" />, { path: '/meet/meet', ...given });
  await userEvent.click(await screen.findByRole('button', { name: 'Rejoindre' }));
  await screen.findByRole('button', { name: 'Raccrocher' });
}
const enter = (meet: FakeMeet) => meet.set({ others: [person({ id: bruno._id, name: bruno.name })] });

beforeEach(() => {
  useRunningCall.setState({ call: null });
  // No devices here: one can always join without.
  Object.defineProperty(navigator, 'mediaDevices', { value: undefined, configurable: true });
});

test('leads from the waiting room into the call, which says who is awaited', async () => {
  const given = world();
  await join(given);
  expect(given.meet.ticket).toEqual(ticket);
  expect(screen.getByText('Bruno Lefèvre n’est pas encore là.')).toBeTruthy();
  enter(given.meet);
  expect(await screen.findByText('En direct')).toBeTruthy();
  expect(screen.getByText('2 participants')).toBeTruthy();
  expect(screen.getByRole('heading', { name: 'Monter une armoire de trois portes' })).toBeTruthy();
});

test('says that the other has left, and keeps their place', async () => {
  const given = world();
  await join(given);
  enter(given.meet);
  await screen.findByText('En direct');
  given.meet.set({ others: [] });
  expect(await screen.findByText('Bruno Lefèvre a quitté l’appel.')).toBeTruthy();
});

test('hanging up ends the meeting and leads through the end screen to the dashboard', async () => {
  const given = world();
  await join(given);
  await userEvent.click(screen.getByRole('button', { name: 'Raccrocher' }));
  expect(given.convex.calls).toContainEqual({ name: 'meetSessions:endMeetSession', args: { sessionId: 'meet' } });
  expect(given.convex.calls.at(-1)?.name).toBe('meetSessions:reportQuality');
  expect(await screen.findByRole('heading', { name: 'Appel terminé', level: 1 })).toBeTruthy();
  await userEvent.click(screen.getByRole('link', { name: 'Retour au tableau de bord' }));
  expect(location.pathname).toBe('/dashboard');
});

test('when the other hangs up, the end screen says so', async () => {
  const given = world();
  await join(given);
  given.held.session = meetSession({ role: 'demandeur', autre: bruno, status: 'completed', endedBy: bruno._id });
  given.convex.changed();
  expect(await screen.findByRole('heading', { name: 'Bruno Lefèvre a raccroché', level: 1 })).toBeTruthy();
  expect(given.meet.snapshot().link.status).toBe('ended');
});

test('a second tab takes over, says so here, and can be taken back', async () => {
  const given = world();
  await join(given);
  given.meet.set({ link: { status: 'ended', reason: 'movedElsewhere' } });
  expect(await screen.findByText('L’appel continue sur un autre appareil.')).toBeTruthy();
  await userEvent.click(screen.getByRole('button', { name: 'Reprendre ici' }));
  expect(await screen.findByRole('button', { name: 'Raccrocher' })).toBeTruthy();
});

test('a meeting of others is refused in words, with a way back', async () => {
  render(<MeetRoom sessionId="x" />, { path: '/meet/x', ...world(null) });
  expect(await screen.findByText(/ne vous est pas destiné/)).toBeTruthy();
  expect(screen.getByRole('link', { name: 'Retour au tableau de bord' })).toBeTruthy();
});

test('an ended meeting says so instead of opening a room', async () => {
  render(<MeetRoom sessionId="x" />, { path: '/meet/x', ...world(meetSession({ _id: id('x'), status: 'completed' })) });
  expect(await screen.findByRole('heading', { name: 'Appel terminé' })).toBeTruthy();
});

test('counts the messages that came, shows them in the panel, and gives the focus back', async () => {
  const given = world();
  const messages = [message(bruno, { texte: 'Vous m’entendez ?' })];
  given.convex.on(api.messages.list, () => pageOf([...messages].reverse()));
  await join(given);
  await userEvent.click(await screen.findByRole('button', { name: 'Discussion, 1 nouveau message' }));
  const panel = screen.getByRole('complementary', { name: 'Discussion' });
  expect(document.activeElement).toBe(screen.getByRole('heading', { name: 'Discussion' }));
  expect(panel.textContent).toContain('Vous m’entendez');
  await waitFor(() => expect(screen.getByRole('button', { name: 'Discussion' })).toBeTruthy());

  await userEvent.keyboard('{Escape}');
  expect(screen.queryByRole('complementary')).toBeNull();
  expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Discussion' }));
  messages.push(message(bruno, { texte: 'Et là ?', _creationTime: Date.now() }));
  given.convex.changed();
  expect(await screen.findByRole('button', { name: 'Discussion, 1 nouveau message' })).toBeTruthy();
});

test('a conversation that fails leaves the call alone', async () => {
  const given = world();
  given.convex.on(api.messages.list, () => {
    throw new Error('broken');
  });
  await join(given);
  expect(screen.getByRole('button', { name: 'Discussion' })).toBeTruthy();
});

test('leaving the page keeps the call, and coming back finds it', async () => {
  const given = world();
  await join(given);
  cleanup();
  expect(given.meet.snapshot().link.status).toBe('live');
  render(<MeetRoom sessionId="meet" />, { path: '/meet/meet', ...given });
  expect(await screen.findByRole('button', { name: 'Raccrocher' })).toBeTruthy();
  expect(given.convex.calls.filter(({ name }) => name === 'video:join')).toHaveLength(1);
});
