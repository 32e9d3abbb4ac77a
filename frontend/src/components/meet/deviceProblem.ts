/** What stopped a microphone or camera, in the terms of product.md section 7. */
export type DeviceProblem = 'denied' | 'dismissed' | 'system' | 'none' | 'busy' | 'unsupported' | 'failed';

export type DeviceKind = 'microphone' | 'camera';

/**
 * @param error       what `getUserMedia` rejected with
 * @param permission  what the browser says about this device now; null where it cannot be asked
 */
export function deviceProblem(error: unknown, permission: PermissionState | null): DeviceProblem {
  const name = error instanceof Error || error instanceof DOMException ? error.name : '';
  switch (name) {
    case 'NotAllowedError':
      if (permission === 'prompt') return 'dismissed';
      return permission === 'granted' ? 'system' : 'denied';
    case 'NotFoundError':
      return 'none';
    case 'NotReadableError':
    case 'AbortError':
      return 'busy';
    case 'SecurityError':
    case 'TypeError':
      return 'unsupported';
    default:
      return 'failed';
  }
}

/** Firefox and older browsers do not know these names: then there is nothing to ask. */
export async function permissionOf(kind: DeviceKind): Promise<PermissionState | null> {
  try {
    return (await navigator.permissions.query({ name: kind as PermissionName })).state;
  } catch {
    return null;
  }
}
