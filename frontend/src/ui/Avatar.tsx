/** Calm colours for initials: each ≥ 4.5:1 under white text. */
const tints = ['#0f766e', '#4d6b3c', '#7c5a1e', '#5b5a91', '#8a4a5c', '#2f6690'];

/** What stands in the circle of who has no picture. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/u);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => [...(word ?? '')][0] ?? '');
  return letters.join('').toLocaleUpperCase();
}

/** The same name has the same colour everywhere. */
function tintOf(name: string): string {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
  return tints[sum % tints.length] ?? '#0f766e';
}

interface AvatarProps {
  name: string;
  url?: string | null;
  /** Diameter in pixels. */
  size?: number;
}

/** A picture or initials; decorative, since the name always stands beside it. */
export function Avatar({ name, url, size = 40 }: AvatarProps) {
  const box = { width: size, height: size };
  if (url) return <img src={url} alt="" style={box} className="shrink-0 rounded-full object-cover" />;
  return (
    <span
      aria-hidden
      style={{ ...box, backgroundColor: tintOf(name), fontSize: Math.round(size * 0.38) }}
      className="inline-flex shrink-0 items-center justify-center rounded-full font-semibold text-white select-none"
    >
      {initials(name)}
    </span>
  );
}
