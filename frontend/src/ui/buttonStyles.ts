import { tv } from 'tailwind-variants/lite';

/** One look for everything that is pressed, be it a button or a link. */
export const buttonStyles = tv({
  base: 'inline-flex max-w-full shrink-0 items-center justify-center gap-2 rounded-xl text-center font-semibold no-underline wrap-anywhere transition-colors duration-150 select-none forced-colors:border! disabled:opacity-50 data-[disabled]:opacity-50',
  variants: {
    tone: {
      action: 'bg-action text-on-action not-disabled:hover:bg-action-hover',
      plain: 'border border-border/60 bg-card text-ink not-disabled:hover:bg-sunken',
      quiet: 'text-ink not-disabled:hover:bg-sunken',
      danger: 'bg-danger text-white not-disabled:hover:bg-danger-hover',
    },
    size: {
      normal: 'min-h-11 px-4 py-2 text-base',
      large: 'min-h-13 px-6 text-lg',
      icon: 'size-11',
    },
    wide: { true: 'w-full' },
  },
  defaultVariants: { tone: 'plain', size: 'normal' },
});
