import { expect, test } from 'vitest';
import { splitLinks } from './links';

const linksIn = (text: string) => splitLinks(text).flatMap(({ href }) => href ?? []);

test('an address becomes a link, without the punctuation around it', () => {
  expect(splitLinks('Voir https://a.example/b?c=d, puis rien.')).toEqual([
    { text: 'Voir ', href: null },
    { text: 'https://a.example/b?c=d', href: 'https://a.example/b?c=d' },
    { text: ', puis rien.', href: null },
  ]);
  expect(linksIn('(https://a.example)')).toEqual(['https://a.example']);
  expect(linksIn('https://a.example/x_(y)')).toEqual(['https://a.example/x_(y)']);
});

test.each(['http://a.example', 'javascript:alert(1)', 'data:text/html,x', 'a.example', 'https://'])('%s stays text', (text) => {
  expect(splitLinks(text)).toEqual([{ text, href: null }]);
});

test('what is put together again is what was written', () => {
  const text = 'https://a.example\n\nhttps://b.example/… fin';
  expect(splitLinks(text).map((part) => part.text).join('')).toBe(text);
});
