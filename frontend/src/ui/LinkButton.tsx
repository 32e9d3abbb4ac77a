import type { ReactNode } from 'react';
import type { VariantProps } from 'tailwind-variants/lite';
import { Link } from 'wouter';
import { buttonStyles } from './buttonStyles';

interface LinkButtonProps extends VariantProps<typeof buttonStyles> {
  href: string;
  /** The name of a link that shows only an icon. */
  label?: string;
  className?: string;
  children: ReactNode;
}

export function LinkButton({ href, label, tone, size, wide, className, children }: LinkButtonProps) {
  return (
    <Link href={href} aria-label={label} title={label} className={buttonStyles({ tone, size, wide, class: className })}>
      {children}
    </Link>
  );
}
