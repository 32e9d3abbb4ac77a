import { Volume2 } from 'lucide-react';
import { useId } from 'react';
import { Link } from 'wouter';
import { useWords } from '../../i18n/words';
import { minutesOf, timeText } from '../../lib/quietHours';
import { Button } from '../../ui/Button';
import { inputStyles } from '../../ui/inputStyles';
import { linkStyles } from '../../ui/linkStyles';
import { Switch } from '../../ui/Switch';
import { sound, useSounds } from '../sounds';
import { SettingsSection } from './SettingsSection';

const night = { from: 22 * 60, to: 7 * 60 };

/** What this device sounds like, and when it does not. */
export function SoundsSection() {
  const { t } = useWords();
  const { ring, volume, messages, joins, quiet, change } = useSounds();
  const id = useId();
  return (
    <SettingsSection title={t('set.sounds')} scope={t('set.here')}>
      <Switch isOn={ring} onChange={(on) => change({ ring: on })} hint={t('set.ring.hint')}>
        {t('set.ring')}
      </Switch>
      <Switch isOn={messages} onChange={(on) => change({ messages: on })}>
        {t('set.messages')}
      </Switch>
      <Switch isOn={joins} onChange={(on) => change({ joins: on })}>
        {t('set.joins')}
      </Switch>
      <div className="flex flex-wrap items-end gap-4">
        <div className="min-w-0 flex-1 basis-48">
          <label htmlFor={`${id}-volume`} className="font-medium">
            {t('set.volume')}
          </label>
          <input
            id={`${id}-volume`}
            type="range"
            min={0}
            max={100}
            step={5}
            value={Math.round(volume * 100)}
            onChange={(event) => change({ volume: Number(event.target.value) / 100 })}
            className="mt-1 block h-11 w-full accent-action"
          />
        </div>
        <Button tone="plain" onPress={() => sound('test')}>
          <Volume2 aria-hidden size={20} />
          {t('set.test')}
        </Button>
      </div>
      <Switch isOn={quiet !== null} onChange={(on) => change({ quiet: on ? night : null })} hint={t('set.quiet.hint')}>
        {t('set.quiet')}
      </Switch>
      {quiet !== null && (
        <div className="flex flex-wrap gap-4">
          {(['from', 'to'] as const).map((end) => (
            <div key={end} className="flex flex-col gap-1.5">
              <label htmlFor={`${id}-${end}`} className="font-medium">
                {t(end === 'from' ? 'set.quiet.from' : 'set.quiet.to')}
              </label>
              <input
                id={`${id}-${end}`}
                type="time"
                value={timeText(quiet[end])}
                onChange={(event) => {
                  const minutes = minutesOf(event.target.value);
                  if (minutes !== null) change({ quiet: { ...quiet, [end]: minutes } });
                }}
                className={inputStyles}
              />
            </div>
          ))}
        </div>
      )}
      <Link href="/test" className={`${linkStyles} flex min-h-11 items-center self-start`}>
        {t('test.title')}
      </Link>
    </SettingsSection>
  );
}
