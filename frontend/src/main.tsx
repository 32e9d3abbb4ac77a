import './styles/app.css';
import { ConvexReactClient } from 'convex/react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App';
import { readTheme, showTheme } from './lib/theme';
import { Session } from './api/session';
import { currentLocale } from './i18n/words';
import { loadMeetClient } from './components/meet/engines/load';

async function dependencies() {
  if (import.meta.env.MODE === 'fake') {
    const { fakeDependencies } = await import('./testing/fakeWorld');
    return fakeDependencies();
  }
  const session = new Session();
  // The server is where the page came from; its address does not look like Convex's own cloud.
  const client = new ConvexReactClient(location.origin, { skipConvexDeploymentUrlCheck: true });
  return { session, client, loadMeetClient };
}

const root = document.getElementById('root');
if (root === null) throw new Error('index.html holds #root');
document.documentElement.lang = currentLocale();
showTheme(readTheme());
const services = await dependencies();
void services.session.restore();
createRoot(root).render(
  <StrictMode>
    <App {...services} />
  </StrictMode>,
);

// Without it all works but opening the app while there is no network, and calls while it is closed.
if (import.meta.env.PROD && 'serviceWorker' in navigator) {
  const register = () => void navigator.serviceWorker.register('/sw.js').catch(() => undefined);
  // What one came for is loaded first.
  if (document.readyState === 'complete') register();
  else addEventListener('load', register);
}
