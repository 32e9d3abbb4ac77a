import { describe, expect, test } from 'vitest';
import { fileName, fileProblem, formatSize, maxAttachments, maxFileSize } from './files';

describe('fileProblem', () => {
  test('the greatest file passes, one byte more does not', () => {
    expect(fileProblem({ size: maxFileSize }, 0)).toBeNull();
    expect(fileProblem({ size: maxFileSize + 1 }, 0)).toBe('tooBig');
  });
  test('nothing to send is said, and too much at once', () => {
    expect(fileProblem({ size: 0 }, 0)).toBe('empty');
    expect(fileProblem({ size: 1 }, maxAttachments)).toBe('tooMany');
  });
});

test('a long name is shortened before its ending', () => {
  expect(fileName('plan.pdf')).toBe('plan.pdf');
  const long = fileName(`${'é'.repeat(200)}.pdf`);
  expect([...long]).toHaveLength(120);
  expect(long.endsWith('é….pdf')).toBe(true);
});

test('sizes read as people say them', () => {
  const plain = (text: string) => text.replace(/\s/g, ' ');
  expect(plain(formatSize(512, 'fr-FR'))).toMatch(/^512 (o|octets?)$/);
  expect(plain(formatSize(2.4 * 1024 * 1024, 'fr-FR'))).toBe('2,4 Mo');
  expect(plain(formatSize(25 * 1024 * 1024, 'fr-FR'))).toBe('25 Mo');
  expect(plain(formatSize(12 * 1024, 'en-GB'))).toBe('12 kB');
});
