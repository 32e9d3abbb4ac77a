import { act, fireEvent, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { api } from '../../api/generated';
import { FakeConvex } from '../../testing/fakeConvex';
import { FakeTrack } from '../../testing/fakeDevices';
import { FakeMeet } from '../../testing/fakeMeet';
import { render } from '../../testing/render';
import { EchoTest } from './EchoTest';

const ticket = { engine: 'embedded', serverUrl: 'ws://here', token: 't', roomName: 'meet_echo_amina', expiresAt: 0 };
let meet: FakeMeet;
let convex: FakeConvex;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('MediaStream', EventTarget);
  meet = new FakeMeet();
  convex = new FakeConvex().on(api.video.joinEcho, () => ticket);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

// What a test gives as a microphone is as much of a track as the product touches.
const microphone = () => new FakeTrack('audio') as unknown as MediaStreamTrack;
const pass = (ms: number) => act(async () => vi.advanceTimersByTimeAsync(ms));
const press = (name: string) => fireEvent.click(screen.getByRole('button', { name }));

test('one speaks for five seconds, then hears oneself, then the room is left', async () => {
  render(<EchoTest microphone={microphone()} speakerId={null} />, { meet, convex });
  press('S’écouter pendant 5 secondes');
  await pass(0);
  expect(meet.ticket).toEqual(ticket);
  expect(screen.getByText(/Parlez : encore 5 secondes/)).toBeTruthy();
  await pass(5_000);
  expect(screen.getByText(/Écoutez/)).toBeTruthy();
  expect(meet.snapshot().self.isMicrophoneOn).toBe(false);
  await pass(6_000);
  expect(screen.getByText(/votre micro, le réseau et votre haut-parleur fonctionnent/)).toBeTruthy();
  expect(meet.snapshot().link.status).toBe('ended');
});

test('it can be cancelled, and leaves the room', async () => {
  render(<EchoTest microphone={microphone()} speakerId={null} />, { meet, convex });
  press('S’écouter pendant 5 secondes');
  await pass(1_000);
  press('Annuler le test');
  expect(meet.snapshot().link.status).toBe('ended');
  expect(screen.getByRole('button', { name: 'S’écouter pendant 5 secondes' })).toBeTruthy();
});

test('a server that cannot be reached is said', async () => {
  convex.on(api.video.joinEcho, () => {
    throw new Error('unreachable');
  });
  render(<EchoTest microphone={microphone()} speakerId={null} />, { meet, convex });
  press('S’écouter pendant 5 secondes');
  await pass(0);
  expect(screen.getByText(/n’a pas pu joindre le serveur/)).toBeTruthy();
});
