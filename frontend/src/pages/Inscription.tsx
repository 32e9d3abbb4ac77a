import { Form } from 'react-aria-components/Form';
import * as v from 'valibot';
import { Link, useLocation, useSearch } from 'wouter';
import { useSession } from '../api/SessionProvider';
import { AuthCard } from '../components/account/AuthCard';
import { useFormSubmit } from '../components/useFormSubmit';
import { useWords } from '../i18n/words';
import { returnPath } from '../lib/path';
import { Button } from '../ui/Button';
import { Field } from '../ui/Field';
import { linkStyles } from '../ui/linkStyles';
import { Notice } from '../ui/Notice';

// Characters that no password does without; of 8 to 11 the server takes those that are hard to
// guess (threat-model H13).
const minPassword = 8;

export function Inscription() {
  const { t, locale } = useWords();
  const session = useSession();
  const [, navigate] = useLocation();
  const search = useSearch();
  const form = useFormSubmit({
    schema: v.object({
      name: v.pipe(v.string(), v.trim(), v.nonEmpty(t('auth.nameNeeded')), v.maxLength(120)),
      email: v.pipe(v.string(), v.trim(), v.email(t('auth.emailNeeded'))),
      password: v.pipe(v.string(), v.minLength(minPassword, t('auth.passwordShort'))),
    }),
    submit: async (values) => {
      await session.signUp({ ...values, locale });
      navigate(returnPath(search), { replace: true });
    },
    explain: (refusal) => {
      if (refusal.code === 'email_taken') return { fields: { email: t('auth.taken') } };
      if (refusal.code !== 'invalid') return undefined;
      if (refusal.field === 'email') return { fields: { email: t('auth.emailNeeded') } };
      if (refusal.field === 'name') return { fields: { name: t('auth.nameNeeded') } };
      return { fields: { password: t('auth.weak') } };
    },
  });

  return (
    <AuthCard
      title={t('auth.signUp.h1')}
      subtitle={t('auth.signUp.sub')}
      documentTitle={t('auth.signUp')}
      footer={
        <>
          {t('auth.toSignIn')}{' '}
          <Link href={`/connexion${search && `?${search}`}`} className={linkStyles}>
            {t('auth.signIn')}
          </Link>
        </>
      }
    >
      <Form validationBehavior="aria" onSubmit={form.onSubmit} validationErrors={form.fieldErrors} className="flex flex-col gap-5">
        {form.message !== null && <Notice tone="error">{form.message}</Notice>}
        <Field name="name" label={t('auth.name')} autoComplete="name" maxLength={120} />
        <Field name="email" label={t('auth.email')} type="email" autoComplete="email" />
        <Field
          name="password"
          label={t('auth.password')}
          type="password"
          autoComplete="new-password"
          hint={t('auth.password.hint')}
        />
        <Button type="submit" tone="action" size="large" wide isPending={form.isPending}>
          {t('auth.signUp')}
        </Button>
      </Form>
    </AuthCard>
  );
}
