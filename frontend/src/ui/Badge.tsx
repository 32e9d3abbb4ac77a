import type { ReactNode } from 'react';
import { tv, type VariantProps } from 'tailwind-variants/lite';

const styles = tv({
  base: 'inline-flex items-center gap-1.5 rounded-full px-2.5 py-0.5 text-sm font-semibold whitespace-nowrap',
  variants: {
    tone: {
      neutral: 'bg-sunken text-muted',
      good: 'bg-tint text-on-tint',
      warn: 'bg-warn text-on-warn',
    },
  },
  defaultVariants: { tone: 'neutral' },
});

export function Badge({ tone, children }: VariantProps<typeof styles> & { children: ReactNode }) {
  return <span className={styles({ tone })}>{children}</span>;
}
