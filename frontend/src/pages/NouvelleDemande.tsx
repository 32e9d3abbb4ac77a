import { useMutation } from 'convex/react';
import { Form } from 'react-aria-components/Form';
import * as v from 'valibot';
import { useLocation } from 'wouter';
import { api } from '../api/generated';
import { useFormDraft } from '../components/useFormDraft';
import { useFormSubmit } from '../components/useFormSubmit';
import { useWords } from '../i18n/words';
import { currencies, parseAmount } from '../lib/money';
import { Button } from '../ui/Button';
import { Field } from '../ui/Field';
import { Notice } from '../ui/Notice';
import { PageTitle } from '../ui/PageTitle';
import { Select } from '../ui/Select';

export function NouvelleDemande() {
  const { t } = useWords();
  const [, navigate] = useLocation();
  const create = useMutation(api.demandes.create);
  const { watch, initial, forget } = useFormDraft('demande');
  const form = useFormSubmit({
    schema: v.pipe(
      v.object({
        titre: v.pipe(v.string(), v.trim(), v.nonEmpty(t('req.titleNeeded')), v.maxLength(120)),
        description: v.pipe(v.string(), v.trim(), v.nonEmpty(t('req.descriptionNeeded')), v.maxLength(4000)),
        prix: v.pipe(
          v.string(),
          v.check((text) => currencies.some((devise) => parseAmount(text, devise) !== null), t('req.priceBad')),
        ),
        devise: v.picklist(currencies),
      }),
      v.rawTransform(({ dataset: { value }, addIssue, NEVER }) => {
        const prix = parseAmount(value.prix, value.devise);
        if (prix !== null) return { ...value, prix };
        addIssue({
          message: t('req.priceBad'),
          path: [{ type: 'object', origin: 'value', input: value, key: 'prix', value: value.prix }],
        });
        return NEVER;
      }),
    ),
    submit: async (values) => {
      const demandeId = await create(values);
      forget();
      navigate(`/demandes/${demandeId}`, { replace: true });
    },
  });

  return (
    <div className="mx-auto max-w-2xl">
      <PageTitle documentTitle={t('req.new')}>{t('req.new')}</PageTitle>
      <p className="mt-1 mb-6 text-muted">{t('req.new.sub')}</p>
      <Form
        validationBehavior="aria"
        onSubmit={form.onSubmit}
        ref={watch}
        validationErrors={form.fieldErrors}
        className="flex flex-col gap-6 rounded-3xl border border-line bg-card p-5 shadow-lift sm:p-8"
      >
        {form.message !== null && <Notice tone="error">{form.message}</Notice>}
        <Field name="titre" label={t('req.title')} hint={t('req.title.hint')} maxLength={120} defaultValue={initial('titre')} />
        <Field name="description" label={t('req.description')} hint={t('req.description.hint')} rows={6} maxLength={4000} defaultValue={initial('description')} />
        <div className="grid grid-cols-[1fr_7.5rem] items-start gap-4 sm:max-w-sm">
          <Field name="prix" label={t('req.price')} inputMode="decimal" defaultValue={initial('prix')} />
          <Select
            name="devise"
            label={t('req.currency')}
            defaultValue={currencies.find((code) => code === initial('devise')) ?? 'EUR'}
            options={currencies.map((code) => ({ value: code, label: code }))}
          />
        </div>
        <Button type="submit" tone="action" size="large" isPending={form.isPending} className="sm:self-start">
          {t('req.publish')}
        </Button>
      </Form>
    </div>
  );
}
