import { afterEach, expect, test, vi } from 'vitest';
import { noteInCall, wasReloadedInCall } from './reentry';

class Navigation {
  readonly type: string;
  constructor(type: string) {
    this.type = type;
  }
}
function arrived(type: string) {
  vi.stubGlobal('PerformanceNavigationTiming', Navigation);
  vi.spyOn(performance, 'getEntriesByType').mockReturnValue([new Navigation(type) as unknown as PerformanceEntry]);
}
afterEach(() => {
  vi.unstubAllGlobals();
  sessionStorage.clear();
});

test('a reload in the call goes back in; in another meeting, or after leaving, it does not', () => {
  arrived('reload');
  noteInCall('meet');
  expect(wasReloadedInCall('meet')).toBe(true);
  expect(wasReloadedInCall('other')).toBe(false);
  noteInCall(null);
  expect(wasReloadedInCall('meet')).toBe(false);
});

test('a link followed, or a tab that was copied, leads to the waiting room', () => {
  arrived('navigate');
  noteInCall('meet');
  expect(wasReloadedInCall('meet')).toBe(false);
});

test('a connection that ends because its page is being reloaded is not the end of the call', () => {
  vi.useFakeTimers();
  arrived('reload');
  noteInCall('meet');
  window.dispatchEvent(new Event('beforeunload'));
  noteInCall(null);
  expect(wasReloadedInCall('meet')).toBe(true);
  vi.advanceTimersByTime(2_000); // the question was answered with « stay »
  noteInCall(null);
  expect(wasReloadedInCall('meet')).toBe(false);
  vi.useRealTimers();
});
