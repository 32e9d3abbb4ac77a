import type { Words } from '../../i18n/words';
import { browserOf, systemOf } from '../../lib/agent';
import type { DeviceKind, DeviceProblem } from './deviceProblem';

/** What stopped a device, in the sentence of product.md, section 9.4. */
export function deviceSentence({ t }: Words, kind: DeviceKind, problem: DeviceProblem): string {
  const appareil = t(kind === 'microphone' ? 'dev.name.mic' : 'dev.name.cam');
  switch (problem) {
    case 'denied':
    case 'busy':
    case 'failed':
      return t(`dev.${problem}`, { appareil });
    case 'dismissed':
    case 'system':
    case 'unsupported':
      return t(`dev.${problem}`);
    case 'none':
      return t(kind === 'microphone' ? 'dev.noneMic' : 'dev.noneCam');
    default:
      return problem satisfies never;
  }
}

/** Where the setting is, in this browser or this system; null where the sentence says it all. */
export function deviceSteps({ t }: Words, problem: DeviceProblem, userAgent = navigator.userAgent): string | null {
  const system = systemOf(userAgent);
  if (problem === 'denied') {
    if (system === 'ios') return t('dev.steps.site.ios');
    const browser = browserOf(userAgent);
    return t(`dev.steps.site.${browser === 'other' ? 'chromium' : browser}`);
  }
  if (problem === 'system') return t(`dev.steps.system.${system === 'linux' ? 'other' : system}`);
  return null;
}

/** Where screen sharing is allowed when the system refuses it. */
export function shareSteps({ t }: Words, userAgent = navigator.userAgent): string {
  return t(systemOf(userAgent) === 'mac' ? 'share.steps.mac' : 'share.steps.other');
}
