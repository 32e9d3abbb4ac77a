/** Menus over the call: dark as everything there, rows large enough for a finger. */
export const menuStyles =
  'stage-theme max-h-[80dvh] min-w-60 animate-fade overflow-auto rounded-2xl border border-line bg-card p-1.5 text-ink shadow-float outline-none';
export const menuItemStyles =
  'flex min-h-11 cursor-default items-center gap-3 rounded-xl px-3 py-2 outline-none data-[focused]:bg-sunken data-[disabled]:opacity-50';
