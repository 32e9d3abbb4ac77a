/** The mark of Visavis: two half discs, face to face. Takes the colour of the text. */
export function FacingPair({ className }: { className?: string }) {
  return (
    <svg aria-hidden viewBox="0 0 28 24" className={className}>
      <path d="M12 2v20a10 10 0 0 1 0-20z" fill="currentColor" />
      <path d="M16 2v20a10 10 0 0 0 0-20z" fill="none" stroke="currentColor" strokeWidth="2" strokeLinejoin="round" />
    </svg>
  );
}
