import type { ReactNode } from 'react';
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components/Button';
import type { VariantProps } from 'tailwind-variants/lite';
import { buttonStyles } from './buttonStyles';

interface ButtonProps extends Omit<AriaButtonProps, 'className' | 'children'>, VariantProps<typeof buttonStyles> {
  className?: string;
  children: ReactNode;
}

export function Button({ tone, size, wide, className, ...props }: ButtonProps) {
  return <AriaButton {...props} className={buttonStyles({ tone, size, wide, class: className })} />;
}
