/** What is missing: each drawing is a few lines around the mark, in the colours of its place. */
export type Missing = 'network' | 'demandes' | 'offres' | 'calls' | 'matches';

/** Two half discs that turn towards each other, as in the mark, at `x` and `y`. */
function Pair({ x, y, radius }: { x: number; y: number; radius: number }) {
  const gap = radius * 0.2;
  return (
    <>
      <path d={`M${x - gap} ${y - radius}v${2 * radius}a${radius} ${radius} 0 0 1 0 ${-2 * radius}z`} fill="var(--mark)" />
      <path
        d={`M${x + gap} ${y - radius}v${2 * radius}a${radius} ${radius} 0 0 0 0 ${-2 * radius}z`}
        fill="none"
        stroke="var(--mark)"
        strokeWidth="3"
        strokeLinejoin="round"
      />
    </>
  );
}

const drawings = {
  // Two who face each other, and the line between them that is cut.
  network: (
    <>
      <path d="M46 54h22M92 54h22" stroke="var(--border)" strokeWidth="4" strokeLinecap="round" opacity=".55" />
      <path d="M72 42l-6 24M94 42l-6 24" stroke="var(--border)" strokeWidth="4" strokeLinecap="round" opacity=".55" />
      <circle cx="30" cy="54" r="20" fill="var(--tint)" />
      <circle cx="130" cy="54" r="20" fill="var(--card)" stroke="var(--line)" strokeWidth="3" />
      <Pair x={30} y={54} radius={11} />
      <Pair x={130} y={54} radius={11} />
    </>
  ),
  // A sheet with lines to fill, and a place for the one who answers.
  demandes: (
    <>
      <rect x="46" y="10" width="68" height="84" rx="12" fill="var(--card)" stroke="var(--line)" strokeWidth="3" transform="rotate(-5 80 52)" />
      <path d="M60 32h34M60 46h42M60 60h26" stroke="var(--border)" strokeWidth="4" strokeLinecap="round" opacity=".55" transform="rotate(-5 80 52)" />
      <circle cx="112" cy="82" r="20" fill="var(--tint)" />
      <Pair x={112} y={82} radius={11} />
    </>
  ),
  // Two cards that come from both sides.
  offres: (
    <>
      <rect x="20" y="30" width="62" height="48" rx="12" fill="var(--tint)" transform="rotate(-8 51 54)" />
      <rect x="78" y="30" width="62" height="48" rx="12" fill="var(--card)" stroke="var(--line)" strokeWidth="3" transform="rotate(8 109 54)" />
      <path d="M94 48h28M92 61h18" stroke="var(--border)" strokeWidth="4" strokeLinecap="round" opacity=".55" transform="rotate(8 109 54)" />
      <Pair x={51} y={54} radius={13} />
    </>
  ),
  // Two who face each other, and what they say.
  calls: (
    <>
      <rect x="14" y="26" width="62" height="62" rx="16" fill="var(--tint)" />
      <rect x="84" y="26" width="62" height="62" rx="16" fill="var(--sunken)" />
      <Pair x={80} y={57} radius={24} />
      <path d="M38 14c8-6 18-6 26 0M96 14c8-6 18-6 26 0" fill="none" stroke="var(--border)" strokeWidth="4" strokeLinecap="round" opacity=".55" />
    </>
  ),
  // A glass with nothing under it.
  matches: (
    <>
      <circle cx="74" cy="48" r="34" fill="var(--tint)" />
      <circle cx="74" cy="48" r="34" fill="none" stroke="var(--mark)" strokeWidth="4" />
      <path d="m99 73 22 22" stroke="var(--mark)" strokeWidth="8" strokeLinecap="round" />
      <path d="M60 48h28" stroke="var(--border)" strokeWidth="4" strokeLinecap="round" opacity=".55" />
    </>
  ),
} as const;

export function EmptyDrawing({ of }: { of: Missing }) {
  return (
    <svg aria-hidden viewBox="0 0 160 104" className="h-24">
      {drawings[of]}
    </svg>
  );
}
