import { FieldError } from 'react-aria-components/FieldError';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { Text } from 'react-aria-components/Text';
import { TextArea } from 'react-aria-components/TextArea';
import { TextField } from 'react-aria-components/TextField';
import { inputStyles } from './inputStyles';

interface FieldProps {
  name: string;
  label: string;
  hint?: string;
  type?: 'text' | 'email' | 'password' | 'search';
  autoComplete?: string;
  inputMode?: 'decimal';
  /** More than one line of text; `maxLength` in characters. */
  rows?: number;
  maxLength?: number;
  defaultValue?: string;
}

/** A labelled input of a `Form`, whose validation errors it shows by name. */
export function Field({ name, label, hint, type, autoComplete, inputMode, rows, maxLength, defaultValue }: FieldProps) {
  const input = { autoComplete, inputMode, maxLength, className: inputStyles };
  return (
    <TextField
      name={name}
      validationBehavior="aria"
      className="flex flex-col gap-1.5"
      {...(type !== undefined && { type })}
      {...(defaultValue !== undefined && { defaultValue })}
    >
      <Label className="font-semibold">{label}</Label>
      {rows === undefined ? <Input {...input} /> : <TextArea {...input} rows={rows} />}
      {hint !== undefined && (
        <Text slot="description" className="text-sm text-muted">
          {hint}
        </Text>
      )}
      <FieldError className="text-sm font-medium text-on-error" />
    </TextField>
  );
}
