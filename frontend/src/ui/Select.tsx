import { ChevronDown } from 'lucide-react';
import { useId } from 'react';
import { inputStyles } from './inputStyles';

interface SelectProps {
  label: string;
  id?: string;
  name?: string;
  value?: string;
  defaultValue?: string;
  options: { value: string; label: string }[];
  disabled?: boolean;
  onChange?: (value: string) => void;
}

/** The browser's own select: the best one on phones and with screen readers. */
export function Select({ label, options, onChange, id: givenId, ...select }: SelectProps) {
  const ownId = useId();
  const id = givenId ?? ownId;
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <label htmlFor={id} className="font-semibold">
        {label}
      </label>
      <span className="relative block">
        <select
          {...select}
          id={id}
          className={`${inputStyles} appearance-none truncate pr-10 disabled:opacity-60`}
          onChange={(event) => onChange?.(event.target.value)}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value} className="bg-card text-ink">
              {option.label}
            </option>
          ))}
        </select>
        <ChevronDown aria-hidden size={18} className="pointer-events-none absolute top-1/2 right-3 -translate-y-1/2 text-muted" />
      </span>
    </div>
  );
}
