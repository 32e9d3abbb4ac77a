import { expect, test } from 'vitest';
import { browserOf, systemOf } from './agent';

const agents = {
  edge: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0',
  safari: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15',
  iphone: 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
  pixel: 'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36',
  firefox: 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
};

test('names the browser whose settings are meant', () => {
  expect(browserOf(agents.edge)).toBe('chromium');
  expect(browserOf(agents.safari)).toBe('safari');
  expect(browserOf(agents.firefox)).toBe('firefox');
});

test('names the system, and an iPhone is no Mac', () => {
  expect(systemOf(agents.edge)).toBe('windows');
  expect(systemOf(agents.safari)).toBe('mac');
  expect(systemOf(agents.iphone)).toBe('ios');
  expect(systemOf(agents.pixel)).toBe('android');
  expect(systemOf(agents.firefox)).toBe('linux');
});
