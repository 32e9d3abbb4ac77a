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

export function Connexion() {
  const { t } = useWords();
  const session = useSession();
  const [, navigate] = useLocation();
  const search = useSearch();
  const form = useFormSubmit({
    schema: v.object({
      email: v.pipe(v.string(), v.trim(), v.email(t('auth.emailNeeded'))),
      password: v.pipe(v.string(), v.nonEmpty(t('auth.passwordNeeded'))),
    }),
    submit: async (values) => {
      await session.signIn(values);
      navigate(returnPath(search), { replace: true });
    },
    // Which of the two is wrong stays unsaid, or the page would tell who has an account.
    explain: ({ code }) => (code === 'unauthenticated' || code === 'invalid' ? { message: t('auth.wrong') } : undefined),
  });

  return (
    <AuthCard
      title={t('auth.signIn.h1')}
      subtitle={t('auth.signIn.sub')}
      documentTitle={t('auth.signIn')}
      footer={
        <>
          {t('auth.toSignUp')}{' '}
          <Link href={`/inscription${search && `?${search}`}`} className={linkStyles}>
            {t('auth.signUp')}
          </Link>
        </>
      }
    >
      <Form validationBehavior="aria" onSubmit={form.onSubmit} validationErrors={form.fieldErrors} className="flex flex-col gap-5">
        {form.message !== null && <Notice tone="error">{form.message}</Notice>}
        <Field name="email" label={t('auth.email')} type="email" autoComplete="username" />
        <Field name="password" label={t('auth.password')} type="password" autoComplete="current-password" />
        <Button type="submit" tone="action" size="large" wide isPending={form.isPending}>
          {t('auth.signIn')}
        </Button>
      </Form>
    </AuthCard>
  );
}
