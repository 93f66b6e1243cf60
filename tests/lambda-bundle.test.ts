import { pathToFileURL } from 'node:url'
import { installLambdaShim, type LambdaShim } from '@modelgate/aws/lambda/testing'
import { type Simulator, startSimulator } from '@modelgate/simulator'
import { afterAll, afterEach, beforeAll, describe, it, vi } from 'vitest'
import { type Bundle, type BundleRuntime, buildBundle, bundleEnvironment } from './lambda-bundle/bundle-runtime.ts'
import { bundleStories } from './lambda-bundle/bundle-stories.ts'

describe('the bundled handler, under what stands for Lambda’s runtime', () => {
  let simulator: Simulator
  let shim: LambdaShim
  let bundle: Bundle
  let runtime: BundleRuntime
  beforeAll(async () => {
    simulator = await startSimulator()
    for (const name of ['AWS_PROFILE', 'AWS_SESSION_TOKEN', 'AWS_BEARER_TOKEN_BEDROCK']) vi.stubEnv(name, undefined)
    shim = installLambdaShim()
    bundle = await buildBundle()
    runtime = await load(simulator.url)
  })
  /** The file once more, as a module of its own: it reads its environment as it is loaded. */
  async function load(endpoint: string): Promise<BundleRuntime> {
    for (const [name, value] of Object.entries(bundleEnvironment(simulator, endpoint))) vi.stubEnv(name, value)
    const url = `${pathToFileURL(bundle.file).href}?${encodeURIComponent(endpoint)}`
    const { handler } = (await import(url)) as { readonly handler: unknown }
    return { invoke: (event, options) => shim.invoke(handler, event, options) }
  }
  const startAt = async (endpoint: string) => ({
    ...(await load(endpoint)),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  })
  afterEach(() => simulator.reset())
  afterAll(async () => {
    vi.unstubAllEnvs()
    shim.uninstall()
    await simulator.close()
    await bundle[Symbol.asyncDispose]()
  })

  it.each(bundleStories)('$name', ({ tell }) => tell({ runtime, simulator, startAt }), 60_000)
})
