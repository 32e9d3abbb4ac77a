import { tv } from 'tailwind-variants/lite';

/** One's own words on the right, the other's on the left. */
export const bubbleStyles = tv({
  base: 'max-w-full rounded-2xl px-3.5 py-2 text-left',
  variants: {
    side: {
      mine: 'rounded-br-md bg-action text-on-action',
      other: 'rounded-bl-md bg-sunken text-ink',
      failed: 'rounded-br-md bg-error text-on-error',
    },
  },
});

export const rowStyles = tv({
  base: 'flex min-w-0 flex-col gap-1',
  variants: { side: { mine: 'items-end pl-10', other: 'items-start pr-10' } },
});
