/** A link inside text. */
export const linkStyles = 'font-semibold text-mark underline decoration-1 underline-offset-4 hover:decoration-2';
