import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'node',
          environment: 'node',
          include: ['test/{errors,weights,reranker,tickets,matching,pack,demo}/**/*.test.ts'],
          testTimeout: 60_000,
        },
      },
    ],
  },
});
