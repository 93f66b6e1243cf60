import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

// Of programs that tests start.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules/.cache/node')

// Tests run on the sources: no build comes first.
const resolve = { conditions: ['modelgate-source'] }
const project = (
  name: string,
  include: string[],
  exclude: string[] = [],
  more: { isolate?: boolean; globalSetup?: string } = {},
) => ({
  extends: true as const,
  resolve,
  ssr: { resolve },
  test: { name, include, exclude: ['**/node_modules/**', ...exclude], ...more },
})

export default defineConfig({
  test: {
    testTimeout: 20_000,
    // Whole apps are started in them, on machines that others share.
    hookTimeout: 30_000,
    // Many tests wait for sockets and clocks: one worker less than there are cores, as is the default, leaves two cores half idle.
    maxWorkers: '100%',
    projects: [
      // They share their modules, which keep no state: what hundreds of files would load anew is loaded once a worker.
      project('unit', ['packages/*/test/**/*.test.ts'], ['**/*.nock.test.ts'], { isolate: false }),
      project(
        'stories',
        ['tests/**/*.test.ts', 'examples/*/test/**/*.test.ts', 'bench/test/**/*.test.ts'],
        ['**/*.nock.test.ts', 'tests/clients/**'],
        { globalSetup: 'tests/setup/compile-cache.ts' },
      ),
      // nock patches node:http for its whole worker, and its mere import makes a local HTTP/2 hang: it lives alone.
      project('nock', ['packages/*/test/**/*.nock.test.ts', 'tests/**/*.nock.test.ts']),
    ],
  },
})
