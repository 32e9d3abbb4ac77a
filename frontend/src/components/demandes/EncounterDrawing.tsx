/** Two people in two frames that turn towards each other: what the product is, without words. */
export function EncounterDrawing({ className }: { className?: string }) {
  return (
    <svg aria-hidden viewBox="0 0 480 340" className={className}>
      <rect x="8" y="52" width="222" height="236" rx="32" fill="var(--tint)" />
      <rect x="250" y="52" width="222" height="236" rx="32" fill="var(--sunken)" />
      <g clipPath="url(#left-frame)">
        <circle cx="128" cy="142" r="46" fill="var(--mark)" />
        <path d="M36 320c0-70 38-112 92-112s92 42 92 112z" fill="var(--mark)" />
        <path d="M150 120a46 46 0 0 1 8 58 60 60 0 0 0-8-58z" fill="var(--card)" opacity="0.35" />
      </g>
      <g clipPath="url(#right-frame)">
        <circle cx="352" cy="142" r="46" fill="none" stroke="var(--border)" strokeWidth="5" />
        <path d="M260 322c0-72 38-114 92-114s92 42 92 114" fill="none" stroke="var(--border)" strokeWidth="5" />
      </g>
      <clipPath id="left-frame">
        <rect x="8" y="52" width="222" height="236" rx="32" />
      </clipPath>
      <clipPath id="right-frame">
        <rect x="250" y="52" width="222" height="236" rx="32" />
      </clipPath>
      <g fill="var(--card)" stroke="var(--line)" strokeWidth="2">
        <path d="M150 20h92a16 16 0 0 1 16 16v26a16 16 0 0 1-16 16h-58l-20 18v-18h-14a16 16 0 0 1-16-16V36a16 16 0 0 1 16-16z" />
        <path d="M330 264h-92a16 16 0 0 0-16 16v20a16 16 0 0 0 16 16h92a16 16 0 0 0 16-16v-20a16 16 0 0 0-16-16z" />
      </g>
      <g fill="none" stroke="var(--mark)" strokeWidth="6" strokeLinecap="round">
        <path d="M156 44h64M156 58h36" />
        <path d="m262 290 14 13 28-26" strokeLinejoin="round" />
      </g>
    </svg>
  );
}
