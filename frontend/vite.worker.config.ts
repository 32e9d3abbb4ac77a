import { defineConfig } from 'vite';

// The service worker: one file of its own at the root, which shares nothing with the pages' chunks.
export default defineConfig({
  publicDir: false,
  build: {
    target: 'es2022',
    emptyOutDir: false,
    rolldownOptions: { input: 'src/worker/sw.ts', output: { format: 'iife', entryFileNames: 'sw.js' } },
  },
});
