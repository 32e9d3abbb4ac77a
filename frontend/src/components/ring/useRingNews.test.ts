import { expect, test } from 'vitest';
import { wordsIn } from '../../i18n/words';
import { ring } from '../../testing/samples';
import { ringNews } from './useRingNews';

const words = wordsIn('fr');
const at = 1_000_000;
const said = (change: Parameters<typeof ring>[0], age = 1000) => ringNews(words, 'Bruno', ring({ since: at - age, ...change }), at)?.title ?? null;

test('« ça sonne » is said once a device plays the tone, and not before', () => {
  expect(said({})).toBe('Nous prévenons Bruno…');
  expect(said({ shownOn: 1 })).toBe('Bruno a reçu la notification.');
  expect(said({ shownOn: 2, ringingOn: 1 })).toBe('Ça sonne chez Bruno.');
  expect(ringNews(words, 'Bruno', ring({ shownOn: 2, ringingOn: 2 }), at)?.detail).toBe('Sonne sur 2 appareils.');
});

test('when no device has said anything for a while, none is reachable', () => {
  expect(said({}, 9000)).toBe('Aucun appareil joignable pour l’instant.');
});

test('an answer is news for a minute; whoever has not come by then is simply not there', () => {
  expect(said({ status: 'answered' })).toBe('Bruno arrive…');
  expect(said({ status: 'answered' }, 61_000)).toBeNull();
});

test('a refusal is told in words, with those that came with it', () => {
  const news = (message: string | null) => ringNews(words, 'Bruno', ring({ status: 'declined', message }), at);
  expect(news(null)).toEqual({ title: 'Bruno n’est pas disponible maintenant.', detail: null });
  expect(news('Demain plutôt.')?.detail).toBe('Demain plutôt.');
});
