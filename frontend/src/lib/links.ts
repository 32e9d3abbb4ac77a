/** A text as its plain parts and its links. Only `https:` becomes a link (threat-model H25). */
export interface TextPart {
  text: string;
  href: string | null;
}

const address = /https:\/\/[^\s<>"]+/gi;
/** What ends a sentence around an address is no part of it. */
const trailing = /[.,;:!?…»”’')\]}]+$/u;

export function splitLinks(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const match of text.matchAll(address)) {
    const found = match[0];
    const isBracketed = found.includes('(');
    const kept = isBracketed ? found.replace(/[.,;:!?…»”’']+$/u, '') : found.replace(trailing, '');
    if (!URL.canParse(kept)) continue;
    if (match.index > end) parts.push({ text: text.slice(end, match.index), href: null });
    parts.push({ text: kept, href: kept });
    end = match.index + kept.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end), href: null });
  return parts;
}
