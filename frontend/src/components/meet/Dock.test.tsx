import { act, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test } from 'vitest';
import { api } from '../../api/generated';
import { FakeConvex } from '../../testing/fakeConvex';
import { FakeMeet, person } from '../../testing/fakeMeet';
import { render } from '../../testing/render';
import { bruno, id, meetSession } from '../../testing/samples';
import { Dock } from './Dock';
import { useRunningCall } from './runningCall';

let meet: FakeMeet;
let convex: FakeConvex;
const held = { session: meetSession({ autre: bruno }) };

beforeEach(() => {
  held.session = meetSession({ autre: bruno });
  convex = new FakeConvex().on(api.meetSessions.getMeetSession, () => held.session).on(api.meetSessions.endMeetSession, () => null);
  meet = new FakeMeet();
  meet.set({ link: { status: 'live' }, others: [person({ id: bruno._id, name: bruno.name })] });
  useRunningCall.setState({ call: { sessionId: id('meet'), client: meet } });
});
const show = () => render(<Dock sessionId={id('meet')} client={meet} />, { path: '/dashboard', convex });

test('the call goes on: microphone, the way back, and hanging up', async () => {
  show();
  await userEvent.click(screen.getByRole('button', { name: 'Couper le micro' }));
  expect(meet.snapshot().self.isMicrophoneOn).toBe(false);
  expect(screen.getByRole('link', { name: 'Revenir à l’appel' }).getAttribute('href')).toBe('/meet/meet');
  await userEvent.click(screen.getByRole('button', { name: 'Raccrocher' }));
  expect(convex.calls.at(-1)).toEqual({ name: 'meetSessions:endMeetSession', args: { sessionId: 'meet' } });
  await expect.poll(() => location.pathname).toBe('/meet/meet');
});

test('when the other hangs up, it says so, leads on, and can be closed', async () => {
  show();
  held.session = meetSession({ autre: bruno, status: 'completed', endedBy: bruno._id });
  act(() => convex.changed());
  expect(await screen.findByText('Appel terminé')).toBeTruthy();
  expect(meet.snapshot().link.status).toBe('ended');
  expect(screen.getByRole('link', { name: 'Voir' })).toBeTruthy();
  await userEvent.click(screen.getByRole('button', { name: 'Fermer' }));
  expect(useRunningCall.getState().call).toBeNull();
});
