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
  addEventListener('securitypolicyviolation', (event) => {
    window.visavisTest.violations.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`);
  });
}
