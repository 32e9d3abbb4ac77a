import type { ReactNode } from 'react';
import type { VariantProps } from 'tailwind-variants/lite';
import { Link } from 'wouter';
import { buttonStyles } from './buttonStyles';

interface LinkButtonProps extends VariantProps<typeof buttonStyles> {
  href: string;
  className?: string;
  children: ReactNode;
}

export function LinkButton({ href, tone, size, wide, className, children }: LinkButtonProps) {
  return (
    <Link href={href} className={buttonStyles({ tone, size, wide, class: className })}>
      {children}
    </Link>
  );
}
