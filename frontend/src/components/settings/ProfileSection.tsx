import { useMutation, useQuery } from 'convex/react';
import { ImageUp } from 'lucide-react';
import { useRef, useState } from 'react';
import { Form } from 'react-aria-components/Form';
import * as v from 'valibot';
import { api } from '../../api/generated';
import type { Me } from '../../api/generated';
import { refusalOf } from '../../api/refusal';
import { sayRefusal } from '../../i18n/refusals';
import { useWords } from '../../i18n/words';
import { Avatar } from '../../ui/Avatar';
import { Button } from '../../ui/Button';
import { Field } from '../../ui/Field';
import { Notice } from '../../ui/Notice';
import { upload } from '../messages/upload';
import { useFormSubmit } from '../useFormSubmit';
import { SettingsSection } from './SettingsSection';

export function ProfileSection() {
  const { t } = useWords();
  const me = useQuery(api.users.me);
  return (
    <SettingsSection title={t('set.profile')}>
      {me && (
        <>
          <Picture me={me} />
          <Name key={me.name} me={me} />
        </>
      )}
    </SettingsSection>
  );
}

function Name({ me }: { me: Me }) {
  const { t } = useWords();
  const update = useMutation(api.users.update);
  const [isSaved, setSaved] = useState(false);
  const form = useFormSubmit({
    schema: v.object({ name: v.pipe(v.string(), v.trim(), v.nonEmpty(t('auth.nameNeeded')), v.maxLength(120)) }),
    submit: async ({ name }) => {
      setSaved(false);
      await update({ name });
      setSaved(true);
    },
  });
  return (
    <Form validationBehavior="aria" onSubmit={form.onSubmit} validationErrors={form.fieldErrors} className="flex flex-col gap-3">
      {form.message !== null && <Notice tone="error">{form.message}</Notice>}
      <Field name="name" label={t('auth.name')} autoComplete="name" maxLength={120} defaultValue={me.name} />
      <div className="flex flex-wrap items-center gap-4">
        <Button type="submit" tone="plain" isPending={form.isPending}>
          {t('set.save')}
        </Button>
        <p role="status" className="text-sm text-muted">
          {isSaved && t('set.saved')}
        </p>
      </div>
    </Form>
  );
}

function Picture({ me }: { me: Me }) {
  const words = useWords();
  const { t } = words;
  const input = useRef<HTMLInputElement>(null);
  const uploadUrl = useMutation(api.files.generateUploadUrl);
  const update = useMutation(api.users.update);
  const [isSending, setSending] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  async function change(file: File) {
    setSending(true);
    setProblem(null);
    try {
      const storageId = await upload(await uploadUrl(), file, { onProgress: () => undefined, signal: new AbortController().signal });
      await update({ avatarStorageId: storageId });
    } catch (error) {
      const refusal = refusalOf(error);
      setProblem(refusal.code === 'invalid' ? t('set.picture.bad') : sayRefusal(words, refusal));
    } finally {
      setSending(false);
    }
  }

  return (
    <div className="flex flex-wrap items-center gap-4">
      <Avatar name={me.name} url={me.avatarUrl} size={72} />
      <Button tone="plain" isPending={isSending} onPress={() => input.current?.click()}>
        <ImageUp aria-hidden size={20} />
        {t('set.picture')}
      </Button>
      <input
        ref={input}
        type="file"
        accept="image/png,image/jpeg,image/webp"
        aria-label={t('set.picture')}
        className="hidden"
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file !== undefined) void change(file);
          event.target.value = '';
        }}
      />
      {problem !== null && <Notice tone="error">{problem}</Notice>}
    </div>
  );
}
