import { useId, type ReactNode } from 'react';

interface SettingsSectionProps {
  title: string;
  /** What it concerns: this device alone, or the account. */
  scope?: string;
  children: ReactNode;
}

export function SettingsSection({ title, scope, children }: SettingsSectionProps) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="flex flex-col gap-5 rounded-3xl border border-line bg-card p-5 shadow-lift sm:p-8">
      <div>
        <h2 id={id} className="text-xl font-bold">
          {title}
        </h2>
        {scope !== undefined && <p className="text-sm text-muted">{scope}</p>}
      </div>
      {children}
    </section>
  );
}
