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
    async inbound() {
      const found = [];
      for (const peer of peers.filter((each) => each.connectionState === 'connected')) {
        for (const report of (await peer.getStats()).values()) {
          if (report.type === 'inbound-rtp') found.push({ ...report });
        }
      }
      return found;
    },
  };
  addEventListener('securitypolicyviolation', (event) => {
    window.visavisTest.violations.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`);
  });
}
