// The stories of the bundled handler under AWS's own runtime, which `tests/lambda-bundle.test.ts` tells under what stands for it.
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import { type Simulator, startSimulator } from '@modelgate/simulator'
import { type Bundle, buildBundle, bundleEnvironment } from '../lambda-bundle/bundle-runtime.ts'
import { type BundleRig, bundleStories, chat, read, told } from '../lambda-bundle/bundle-stories.ts'
import { type StartedFunction, startFunction } from './start-function.ts'

void describe('the bundled handler, under aws-lambda-ric', () => {
  let simulator: Simulator
  let bundle: Bundle
  let started: StartedFunction
  before(async () => {
    simulator = await startSimulator()
    bundle = await buildBundle()
    started = await start(simulator.url)
  })
  const start = (endpoint: string, more: Readonly<Record<string, string>> = {}): Promise<StartedFunction> =>
    startFunction({
      directory: bundle.directory,
      handler: 'handler.handler',
      environment: { ...bundleEnvironment(simulator, endpoint), ...more },
    })
  const startAt: BundleRig['startAt'] = async endpoint => {
    const { api, ...other } = await start(endpoint)
    return { ...other, invoke: (event, options) => api.invoke(event, options) }
  }
  afterEach(() => simulator.reset())
  after(async () => {
    await started[Symbol.asyncDispose]()
    await simulator.close()
    await bundle[Symbol.asyncDispose]()
  })

  for (const { name, tell } of bundleStories) {
    void it(name, { timeout: 60_000 }, () =>
      Promise.race([tell({ runtime: started.api, simulator, startAt }), started.failed]),
    )
  }

  void it('a hundred invocations are under way at once where Lambda runs many in one environment', async () => {
    const environment = { AWS_LAMBDA_MAX_CONCURRENCY: '100', AWS_LAMBDA_NODEJS_WORKER_COUNT: '1' }
    await using many = await start(simulator.url, environment)
    simulator.setFaults([{ fault: { kind: 'delay', ms: 5_000 } }])
    const answers = Array.from({ length: 100 }, (_, index) =>
      told(many.api.invoke(chat(`Say exactly: ${index}`), { remainingMs: 300_000 })),
    )
    const open = (): number => simulator.requests().filter(({ outcome }) => outcome === 'open').length
    await Promise.race([simulator.waitFor(() => open() === 100), many.failed])
    for (const [index, { body }] of (await Promise.all(answers)).entries()) {
      assert.deepEqual(read(body), { text: String(index), last: 'data: [DONE]', error: undefined })
    }
  })

  void it('and nothing of it is an error of the function', () => {
    assert.doesNotMatch(started.log(), /ERROR|Error|error/)
  })
})
