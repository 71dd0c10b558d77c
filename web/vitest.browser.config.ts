import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['browser/**/*.test.ts'],
    environment: 'node',
    testTimeout: 240_000,
    hookTimeout: 60_000,
    // One after the other, on one CIMS, and in one process: nothing of a file is left behind in it.
    fileParallelism: false,
    isolate: false,
  },
});
