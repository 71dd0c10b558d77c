import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { quietIcons } from './quiet-icons';

const gateway = process.env.CIMS_URL ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react(), quietIcons()],
  // Packages are put together before they are served, and by other plugins than a build's.
  optimizeDeps: { rolldownOptions: { plugins: [quietIcons()] } },
  build: {
    target: 'es2023',
    // The content security policy admits files of this origin only, no data: addresses.
    assetsInlineLimit: 0,
    manifest: true,
    chunkSizeWarningLimit: 1500,
    rolldownOptions: {
      input: ['index.html', 'docs.html'],
      // The component packages have no side effects but do not all say so: without this, naming one thing of theirs
      // puts all of it into the entry.
      treeshake: {
        moduleSideEffects: [{ test: /node_modules\/(antd|@rc-component)\//, sideEffects: false }],
      },
    },
  },
  server: {
    proxy: { '/v1': gateway, '/openapi.json': gateway },
  },
  test: {
    include: ['src/**/*.test.{ts,tsx}'],
    environment: 'jsdom',
  },
});
