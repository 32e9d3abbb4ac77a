import { Form } from 'react-aria-components/Form';
import * as v from 'valibot';
import { useLocation } from 'wouter';
import { useSession } from '../../api/SessionProvider';
import { useWords } from '../../i18n/words';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { Field } from '../../ui/Field';
import { Notice } from '../../ui/Notice';
import { useFormSubmit } from '../useFormSubmit';

interface EraseDialogProps {
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
}

/** The last question before an account is erased: what goes, what stays and why, and the password. */
export function EraseDialog({ isOpen, onOpenChange }: EraseDialogProps) {
  const { t } = useWords();
  return (
    <Dialog title={t('priv.erase.h')} closeLabel={t('priv.erase.cancel')} isOpen={isOpen} onOpenChange={onOpenChange}>
      <EraseForm onKeep={() => onOpenChange(false)} />
    </Dialog>
  );
}

function EraseForm({ onKeep }: { onKeep: () => void }) {
  const { t } = useWords();
  const session = useSession();
  const [, navigate] = useLocation();
  const { onSubmit, isPending, fieldErrors, message } = useFormSubmit({
    schema: v.object({ password: v.pipe(v.string(), v.nonEmpty(t('auth.passwordNeeded'))) }),
    submit: async ({ password }) => {
      await session.erase(password);
      navigate('/');
    },
    explain: ({ code, field }) => (code === 'invalid' && field === 'password' ? { fields: { password: t('priv.erase.wrong') } } : undefined),
  });
  return (
    <Form onSubmit={onSubmit} validationErrors={fieldErrors} validationBehavior="aria" className="flex flex-col gap-4">
      {(['gone', 'stays', 'backups', 'everywhere'] as const).map((what) => (
        <p key={what}>{t(`priv.erase.${what}`)}</p>
      ))}
      <Field name="password" type="password" label={t('priv.erase.password')} autoComplete="current-password" />
      {message !== null && <Notice tone="error">{message}</Notice>}
      <div className="flex flex-wrap gap-3 pt-1">
        <Button type="submit" tone="danger" isDisabled={isPending}>
          {t('priv.erase.do')}
        </Button>
        <Button onPress={onKeep}>{t('priv.erase.cancel')}</Button>
      </div>
    </Form>
  );
}
