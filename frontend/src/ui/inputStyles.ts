/** Inputs, text areas and selects: 44 px high, 16 px text so that iOS does not zoom. */
export const inputStyles =
  'min-h-11 w-full rounded-xl border border-border bg-card px-3.5 py-2.5 text-base text-ink placeholder:text-muted/80 data-[invalid]:border-danger';
