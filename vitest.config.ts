import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{server,components,app,e2e}/**/*.test.{ts,tsx}'],
          exclude: ['**/*.lab.test.ts', 'node_modules/**'],
          // Password hashing takes its time by design, and much more on a machine under load.
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'lab',
          include: ['{server,e2e}/**/*.lab.test.ts'],
          globalSetup: ['e2e/lab/global-setup.ts'],
          setupFiles: ['e2e/lab/leave-as-planned.ts'],
          // The lab is one fleet that all tests share: they take turns.
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
