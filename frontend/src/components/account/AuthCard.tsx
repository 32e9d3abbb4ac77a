import type { ReactNode } from 'react';
import { FacingPair } from '../../ui/FacingPair';
import { PageTitle } from '../../ui/PageTitle';

interface AuthCardProps {
  title: string;
  subtitle: string;
  documentTitle: string;
  /** Where to go instead, below the form. */
  footer: ReactNode;
  children: ReactNode;
}

export function AuthCard({ title, subtitle, documentTitle, footer, children }: AuthCardProps) {
  return (
    <div className="mx-auto w-full max-w-md pt-4 sm:pt-12">
      <div className="rounded-3xl border border-line bg-card p-6 shadow-lift sm:p-9">
        <FacingPair className="mb-5 h-9 text-mark" />
        <PageTitle documentTitle={documentTitle}>{title}</PageTitle>
        <p className="mt-1 mb-7 text-muted">{subtitle}</p>
        {children}
      </div>
      <p className="mt-6 text-center text-muted">{footer}</p>
    </div>
  );
}
