/** The round buttons of the control bar: 44 px at least, 56 on phones, 52 on desks. */
export const round =
  'size-12! p-0! min-[360px]:size-13! min-[390px]:size-14! rounded-full! border-0! sm:size-13! short:size-12!';
export const quietRound = `${round} bg-sunken!`;
export const litRound = `${round} bg-ink! text-paper!`;

/** ⋯ on a picture: there for who points, tabs or touches. */
export const tileButtonStyles =
  'absolute! min-h-0! rounded-full! border-0! bg-scrim! p-0! text-white! opacity-0 group-hover:opacity-100 focus-visible:opacity-100 pointer-coarse:opacity-100 aria-expanded:opacity-100';
