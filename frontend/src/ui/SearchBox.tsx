import { Search } from 'lucide-react';
import { inputStyles } from './inputStyles';

interface SearchBoxProps {
  label: string;
  placeholder: string;
  value: string;
  onChange: (value: string) => void;
  className?: string;
}

/** A search that answers as one types. */
export function SearchBox({ label, placeholder, value, onChange, className = '' }: SearchBoxProps) {
  return (
    <label className={`relative block w-full ${className}`}>
      <span className="sr-only">{label}</span>
      <Search aria-hidden size={18} className="absolute top-1/2 left-3.5 -translate-y-1/2 text-muted" />
      <input
        type="search"
        value={value}
        maxLength={200}
        onChange={(event) => onChange(event.target.value)}
        placeholder={placeholder}
        className={`${inputStyles} pl-10`}
      />
    </label>
  );
}
