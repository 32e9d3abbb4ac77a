/** What can be sent as a file, and how files are named and measured. */

/** Of one file; the server refuses more (contract.md, section 3). */
export const maxFileSize = 25 * 1024 * 1024; // bytes
/** Waiting beside one text, so that the screen still shows the text. */
export const maxAttachments = 10;
const maxNameLength = 120; // characters, as the server counts them

export type FileProblem = 'tooBig' | 'empty' | 'tooMany';

/** @param already how many files wait beside it */
export function fileProblem(file: Pick<File, 'size'>, already: number): FileProblem | null {
  if (already >= maxAttachments) return 'tooMany';
  if (file.size === 0) return 'empty'; // a folder that was dropped looks like this, too
  return file.size > maxFileSize ? 'tooBig' : null;
}

/** A name short enough for the server, with its ending. */
export function fileName(name: string): string {
  const letters = [...name];
  if (letters.length === 0) return 'fichier';
  if (letters.length <= maxNameLength) return name;
  const ending = /\.[^.\s]{1,10}$/u.exec(name)?.[0] ?? '';
  return letters.slice(0, maxNameLength - 1 - [...ending].length).join('') + '…' + ending;
}

/** What every browser here shows in place; the rest is downloaded (threat-model H18). */
export function isPicture(type: string): boolean {
  return ['image/png', 'image/jpeg', 'image/webp', 'image/gif', 'image/avif'].includes(type);
}

const units = ['byte', 'kilobyte', 'megabyte'] as const;

/** « 2,4 Mo », « 12 ko » */
export function formatSize(bytes: number, locale: string): string {
  const step = bytes < 1024 ? 0 : bytes < 1024 * 1024 ? 1 : 2;
  const value = bytes / 1024 ** step;
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: units[step] ?? 'byte',
    maximumFractionDigits: value < 10 && step > 0 ? 1 : 0,
  }).format(value);
}
