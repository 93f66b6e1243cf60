// The stories of the bundled handler under AWS's own runtime, which `tests/lambda-bundle.test.ts` tells under what stands for it.
import assert from 'node:assert/strict'
import { after, afterEach, before, describe, it } from 'node:test'
import { type Simulator, startSimulator } from '@modelgate/simulator'
import { type Bundle, buildBundle, bundleEnvironment } from '../lambda-bundle/bundle-runtime.ts'
import { type BundleRig, bundleStories } from '../lambda-bundle/bundle-stories.ts'
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
  const start = (endpoint: string): Promise<StartedFunction> =>
    startFunction({
      directory: bundle.directory,
      handler: 'handler.handler',
      environment: bundleEnvironment(simulator, endpoint),
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

  void it('and nothing of it is an error of the function', () => {
    assert.doesNotMatch(started.log(), /ERROR|Error|error/)
  })
})
