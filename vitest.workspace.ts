import { defineConfig } from 'vitest/config'

// Tests run on the sources: no build comes first.
const resolve = { conditions: ['modelgate-source'] }
const project = (name: string, include: string[], exclude: string[] = [], isolate = true) => ({
  extends: true as const,
  resolve,
  ssr: { resolve },
  test: { name, include, exclude: ['**/node_modules/**', ...exclude], isolate },
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
      project('unit', ['packages/*/test/**/*.test.ts'], ['**/*.nock.test.ts'], false),
      project(
        'stories',
        ['tests/**/*.test.ts', 'examples/*/test/**/*.test.ts', 'bench/test/**/*.test.ts'],
        ['**/*.nock.test.ts', 'tests/clients/**'],
      ),
      // nock patches node:http for its whole worker, and its mere import makes a local HTTP/2 hang: it lives alone.
      project('nock', ['packages/*/test/**/*.nock.test.ts', 'tests/**/*.nock.test.ts']),
    ],
  },
})
