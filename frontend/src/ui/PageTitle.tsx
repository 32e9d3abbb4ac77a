import { useEffect, useRef, type ReactNode } from 'react';
import { nameTab } from '../lib/tabTitle';

let isFirstPage = true;

/** The one `h1` of a page. After a navigation it takes the focus, so that a reader starts there. */
export function PageTitle({ children, className = '', documentTitle }: { children: ReactNode; className?: string; documentTitle: string }) {
  const ref = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!isFirstPage) ref.current?.focus({ preventScroll: true });
    isFirstPage = false;
  }, []);
  useEffect(() => {
    nameTab(documentTitle);
  }, [documentTitle]);
  return (
    <h1 ref={ref} tabIndex={-1} className={`text-2xl font-bold wrap-anywhere sm:text-3xl ${className}`}>
      {children}
    </h1>
  );
}
