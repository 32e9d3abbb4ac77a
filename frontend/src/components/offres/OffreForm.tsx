import { useMutation } from 'convex/react';
import { Form } from 'react-aria-components/Form';
import * as v from 'valibot';
import { api } from '../../api/generated';
import type { Demande } from '../../api/generated';
import { useWords } from '../../i18n/words';
import { Button } from '../../ui/Button';
import { Field } from '../../ui/Field';
import { Notice } from '../../ui/Notice';
import { amountIn } from '../amountSchema';
import { useFormDraft } from '../useFormDraft';
import { useFormSubmit } from '../useFormSubmit';

export function OffreForm({ demande }: { demande: Pick<Demande, '_id' | 'prix' | 'devise'> }) {
  const { t, amount } = useWords();
  const create = useMutation(api.offres.create);
  const { watch, initial, forget } = useFormDraft(`offre.${demande._id}`);
  const form = useFormSubmit({
    schema: v.object({
      prixPropose: amountIn(demande.devise, t('req.priceBad')),
      message: v.pipe(v.string(), v.trim(), v.nonEmpty(t('offer.msgNeeded')), v.maxLength(4000)),
    }),
    submit: async (values) => {
      await create({ demandeId: demande._id, ...values });
      forget();
    },
    explain: ({ code }) => {
      if (code === 'conflict') return { message: t('offer.duplicate') };
      if (code === 'forbidden') return { message: t('offer.notYours') };
      return undefined;
    },
  });
  return (
    <Form
      validationBehavior="aria"
      onSubmit={form.onSubmit}
      ref={watch}
      validationErrors={form.fieldErrors}
      className="flex flex-col gap-5 rounded-3xl border border-line bg-card p-5 shadow-lift sm:p-6"
    >
      {form.message !== null && <Notice tone="error">{form.message}</Notice>}
      <Field
        name="prixPropose"
        defaultValue={initial('prixPropose')}
        label={t('offer.price')}
        inputMode="decimal"
        hint={`${amount(demande.prix, demande.devise)} : ${t('req.indicative')} (${demande.devise})`}
      />
      <Field name="message" label={t('offer.msg')} hint={t('offer.msg.hint')} rows={4} maxLength={4000} defaultValue={initial('message')} />
      <Button type="submit" tone="action" size="large" isPending={form.isPending}>
        {t('offer.make')}
      </Button>
    </Form>
  );
}
