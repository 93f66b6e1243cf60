import { defineConfig } from 'vitest/config'

// What the stacks say: run by `pnpm test:infra`, which installs the manifests of `examples/*/infra` first.
const resolve = { conditions: ['modelgate-source'] }

export default defineConfig({
  resolve,
  ssr: { resolve },
  test: {
    include: ['examples/*/infra/test/**/*.test.ts'],
    globalSetup: ['tests/infra/temporary-directory.ts'],
    // An app is synthesised, and its code bundled, before its first assertion.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // The CDK's own processes end late on a busy machine.
    teardownTimeout: 60_000,
    maxWorkers: '100%',
    // aws-cdk-lib takes seconds to load: once a worker, not once a file.
    isolate: false,
  },
})
