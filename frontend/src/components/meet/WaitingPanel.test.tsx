import { act, fireEvent, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { render } from '../../testing/render';
import { bruno, id } from '../../testing/samples';
import { WaitingPanel } from './WaitingPanel';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] }));
afterEach(() => void vi.useRealTimers());

const onGiveUp = vi.fn();
const minutes = (count: number) => act(() => vi.advanceTimersByTime(count * 60_000));
function wait() {
  onGiveUp.mockClear();
  render(<WaitingPanel autre={{ ...bruno, isComing: false, hasLeft: false, sessionId: id('meet'), ring: null }} onGiveUp={onGiveUp} />);
}

test('who is alone for ten minutes is asked, and the wait can always be prolonged', () => {
  wait();
  minutes(9.9);
  expect(screen.queryByRole('alert')).toBeNull();
  minutes(0.2);
  expect(screen.getByRole('alert').textContent).toContain('Êtes-vous toujours là');
  fireEvent.click(screen.getByRole('button', { name: 'Continuer d’attendre' }));
  expect(screen.queryByRole('alert')).toBeNull();
  minutes(9.9);
  expect(onGiveUp).not.toHaveBeenCalled();
});

test('without an answer the call closes two minutes later', () => {
  wait();
  minutes(11.9);
  expect(onGiveUp).not.toHaveBeenCalled();
  minutes(0.2);
  expect(onGiveUp).toHaveBeenCalledTimes(1);
});
