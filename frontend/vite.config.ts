import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// The page only ever talks to its own origin; in development Vite passes the rest on.
const server = process.env['VISAVIS_SERVER'] ?? 'http://localhost:8080';
const proxied = Object.fromEntries(
  ['/api', '/rtc', '/.well-known', '/settings'].map((path) => [path, { target: server, ws: true }]),
);

export default defineConfig(({ mode }) => ({
  plugins: [react(), tailwindcss()],
  server: { proxy: mode === 'fake' ? {} : proxied },
  build: {
    target: 'es2022',
    // Inlined assets would be data: URLs, which the content security policy refuses.
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        // The call's own libraries stay out of what every page loads.
        codeSplitting: {
          groups: [
            { name: 'livekit', test: /node_modules[\\/](livekit-client|@livekit|machina|sdp-transform|webrtc-adapter)/ },
            { name: 'convex', test: /node_modules[\\/]convex/ },
            { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/ },
          ],
        },
      },
    },
  },
  test: {
    environment: 'happy-dom',
    setupFiles: ['src/testing/setup.ts'],
    restoreMocks: true,
    // Nothing here waits for long; a busy machine may.
    testTimeout: 30_000,
    expect: { poll: { timeout: 10_000 } },
  },
}));
