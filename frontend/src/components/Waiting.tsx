import { useEffect, useState } from 'react';
import { useWords } from '../i18n/words';
import { EmptyState } from '../ui/EmptyState';
import { PageTitle } from '../ui/PageTitle';
import { Skeleton } from '../ui/Skeleton';
import { useOnline } from './useOnline';

const patience = 5_000; // ms: a server that answers does it sooner

/** Until it is known who is here. Opened without a network, or far from the server, the app says so. */
export function Waiting() {
  const { t } = useWords();
  const isOnline = useOnline();
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), patience);
    return () => clearTimeout(timer);
  }, []);
  if (isOnline && !isLate) return <Skeleton label={t('app.loading')} />;
  const title = t(isOnline ? 'app.noServer.title' : 'app.noNetwork.title');
  return (
    <div role="status" className="mx-auto flex max-w-2xl flex-col gap-6 px-4">
      <PageTitle documentTitle={title}>{title}</PageTitle>
      <EmptyState of="network" text={t(isOnline ? 'app.noServer' : 'app.noNetwork')} />
    </div>
  );
}
