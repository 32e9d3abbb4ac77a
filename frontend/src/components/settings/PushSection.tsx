import { useMutation, useQuery } from 'convex/react';
import { BellOff, BellRing } from 'lucide-react';
import { useEffect, useState } from 'react';
import { api } from '../../api/generated';
import { useWords } from '../../i18n/words';
import { browserOf } from '../../lib/agent';
import { Button } from '../../ui/Button';
import { Notice } from '../../ui/Notice';
import { pushAbility, subscribe, unsubscribe, usePushWish } from '../push/subscription';
import { thisDevice } from '../ring/thisDevice';
import { SettingsSection } from './SettingsSection';

/** Calls while no page is open: what it is for, then the button, and only then the browser asks. */
export function PushSection() {
  const { t } = useWords();
  const publicKey = useQuery(api.push.publicKey);
  if (typeof publicKey !== 'string') return null; // the server sends none
  const ability = pushAbility();
  return (
    <SettingsSection title={t('push.h2')} scope={t('set.here')}>
      {ability === 'able' && <PushChoice publicKey={publicKey} />}
      {ability === 'needsHomeScreen' && (
        <div className="flex flex-col gap-2">
          <p className="font-medium">{t('push.ios')}</p>
          <p className="text-muted">{t('push.ios.how')}</p>
        </div>
      )}
      {ability === 'none' && <p className="text-muted">{t('push.none')}</p>}
    </SettingsSection>
  );
}

function PushChoice({ publicKey }: { publicKey: string }) {
  const { t } = useWords();
  const { isWanted, want } = usePushWish();
  const [permission, setPermission] = usePermission();
  const [isBusy, setBusy] = useState(false);
  const [hasFailed, setFailed] = useState(false);
  const tell = useMutation(api.push.subscribe);
  const forget = useMutation(api.push.unsubscribe);

  async function turn(on: boolean) {
    setBusy(true);
    setFailed(false);
    try {
      if (on) {
        const answer = await Notification.requestPermission();
        setPermission(answer);
        if (answer !== 'granted') return;
        await tell({ ...(await subscribe(publicKey)), device: thisDevice() });
        want(true);
      } else {
        want(false);
        const endpoint = await unsubscribe();
        if (endpoint !== null) await forget({ endpoint });
      }
    } catch {
      setFailed(true);
    } finally {
      setBusy(false);
    }
  }

  if (permission === 'denied') {
    const isFirefox = browserOf(navigator.userAgent) === 'firefox';
    return (
      <>
        <Notice tone="warn">{t('push.denied')}</Notice>
        <p className="text-muted">{t(isFirefox ? 'push.denied.firefox' : 'push.denied.others')}</p>
      </>
    );
  }
  const isOn = isWanted && permission === 'granted';
  return (
    <>
      <p className="text-muted">{t(isOn ? 'push.on' : 'push.why')}</p>
      <div>
        {isOn ? (
          <Button tone="plain" isDisabled={isBusy} onPress={() => void turn(false)}>
            <BellOff aria-hidden size={20} />
            {t('push.stop')}
          </Button>
        ) : (
          <Button tone="action" isDisabled={isBusy} onPress={() => void turn(true)}>
            <BellRing aria-hidden size={20} />
            {t('push.ask')}
          </Button>
        )}
      </div>
      {hasFailed && <Notice tone="error">{t('push.failed')}</Notice>}
    </>
  );
}

/** What the browser says, also when it is changed in the browser's own settings. */
function usePermission() {
  const [permission, setPermission] = useState(() => Notification.permission);
  useEffect(() => {
    let status: PermissionStatus | null = null;
    const look = () => setPermission(Notification.permission);
    navigator.permissions
      ?.query({ name: 'notifications' })
      .then((found) => {
        status = found;
        status.addEventListener('change', look);
      })
      .catch(() => undefined);
    return () => status?.removeEventListener('change', look);
  }, []);
  return [permission, setPermission] as const;
}
