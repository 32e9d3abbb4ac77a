// Runs before the page's own code: lets a test read the statistics of every peer connection and see
// whatever the content security policy refused. The product itself exposes neither.
export function watchPage() {
  const peers = [];
  window.RTCPeerConnection = class extends window.RTCPeerConnection {
    constructor(...args) {
      super(...args);
      peers.push(this);
    }
  };
  window.visavisTest = {
    violations: [],
    /** Statistics of every connected peer, of those types. */
    async reports(...types) {
      const found = [];
      for (const peer of peers.filter((each) => each.connectionState === 'connected')) {
        for (const report of (await peer.getStats()).values()) {
          if (types.includes(report.type)) found.push({ ...report });
        }
      }
      return found;
    },
    inbound: () => window.visavisTest.reports('inbound-rtp'),
  };
  const media = navigator.mediaDevices;
  const getUserMedia = media?.getUserMedia.bind(media);
  if (getUserMedia) {
    const opened = [];
    const fake = {
      /** What opening a microphone or a camera is answered with, by kind; kept across reloads. */
      refuse(errors) {
        sessionStorage.setItem('test.refuse', JSON.stringify(errors));
      },
      /** Pulls a device out: its track ends as the browser would end it. */
      unplug(kind) {
        for (const track of opened.filter((each) => each.kind === kind && each.readyState === 'live')) {
          track.stop();
          track.dispatchEvent(new Event('ended'));
        }
      },
      /** The system takes a device away (`mute`) or gives it back (`unmute`). */
      say(kind, what) {
        for (const track of opened.filter((each) => each.kind === kind && each.readyState === 'live')) track.dispatchEvent(new Event(what));
      },
      changed: () => media.dispatchEvent(new Event('devicechange')),
      opened,
    };
    window.visavisTest.devices = fake;
    media.getUserMedia = async (wanted) => {
      const errors = JSON.parse(sessionStorage.getItem('test.refuse') ?? '{}');
      for (const kind of ['audio', 'video']) if (wanted[kind] && errors[kind]) throw new DOMException('', errors[kind]);
      const stream = await getUserMedia(wanted);
      opened.push(...stream.getTracks());
      return stream;
    };
  }
  addEventListener('securitypolicyviolation', (event) => {
    window.visavisTest.violations.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`);
  });
}
