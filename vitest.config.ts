import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: process.env.SOAK ? [] : ['test/soak/**'],
    globalSetup: ['scripts/test-setup.mjs'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
