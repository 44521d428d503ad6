import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: process.env.SOAK ? [] : ['test/soak/**'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
