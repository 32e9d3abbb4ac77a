import { useId, type ReactNode } from 'react';

interface SwitchProps {
  isOn: boolean;
  onChange: (isOn: boolean) => void;
  hint?: string;
  children: ReactNode;
}

/** On or off at once: the browser's own checkbox, said to be a switch, in a row that is one target. */
export function Switch({ isOn, onChange, hint, children }: SwitchProps) {
  const id = useId();
  return (
    <label htmlFor={id} className="flex min-h-11 cursor-pointer items-center justify-between gap-4">
      <span className="min-w-0">
        <span className="font-medium">{children}</span>
        {hint !== undefined && (
          <span id={`${id}-hint`} className="block text-sm text-muted">
            {hint}
          </span>
        )}
      </span>
      <span className="relative inline-flex shrink-0">
        <input
          id={id}
          type="checkbox"
          role="switch"
          checked={isOn}
          onChange={(event) => onChange(event.target.checked)}
          {...(hint !== undefined && { 'aria-describedby': `${id}-hint` })}
          className="peer h-7 w-12 cursor-pointer appearance-none rounded-full border border-border bg-sunken transition-colors duration-150 checked:border-action checked:bg-action"
        />
        <span aria-hidden className="pointer-events-none absolute top-1 left-1 size-5 rounded-full bg-border transition-transform duration-150 peer-checked:translate-x-5 peer-checked:bg-white" />
      </span>
    </label>
  );
}
