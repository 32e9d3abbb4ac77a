import { splitLinks } from '../../lib/links';

/** Text in which addresses can be followed. */
export function LinkedText({ text }: { text: string }) {
  return splitLinks(text).map((part, i) =>
    part.href === null ? (
      part.text
    ) : (
      <a key={i} href={part.href} target="_blank" rel="noopener noreferrer nofollow" className="underline underline-offset-2 hover:decoration-2">
        {part.text}
      </a>
    ),
  );
}
