import type { LambdaRuntime, StreamedHandler } from '@modelgate/aws/lambda'
import { installLambdaShim } from '@modelgate/aws/lambda/testing'
import { describe, expect, it } from 'vitest'

function streamed(handler: StreamedHandler): StreamedHandler {
  return runtime().streamifyResponse(handler)
}

function runtime(): LambdaRuntime {
  return Reflect.get(globalThis, 'awslambda') as LambdaRuntime
}

describe('the shim, as the runtime it stands for', () => {
  it('puts the prelude and eight NUL bytes before the first write, however the rest is cut', async () => {
    using shim = installLambdaShim()
    const handler = streamed((_, stream) => {
      const out = runtime().HttpResponseStream.from(stream, { statusCode: 201, headers: { 'x-a': 'b' } })
      out.write('one')
      out.write(new TextEncoder().encode('\0two'))
      out.end()
      return Promise.resolve()
    })
    const call = shim.invoke(handler, {})
    expect(await call.prelude).toEqual({ statusCode: 201, headers: { 'x-a': 'b' } })
    expect(await call.text()).toBe('one\0two')
    await call.returned
  })

  it('sends no prelude where nothing is written', async () => {
    using shim = installLambdaShim()
    const handler = streamed((_, stream) => {
      runtime().HttpResponseStream.from(stream, { statusCode: 204, headers: {} }).end()
      return Promise.resolve()
    })
    await expect(shim.invoke(handler, {}).prelude).rejects.toThrow('without a prelude')
  })

  it('refuses a prelude after the first write', async () => {
    using shim = installLambdaShim()
    const handler = streamed((_, stream) => {
      stream.write('early')
      runtime().HttpResponseStream.from(stream, { statusCode: 200, headers: {} })
      return Promise.resolve()
    })
    await expect(shim.invoke(handler, {}).returned).rejects.toThrow('too late')
  })

  it('tells of a handler that throws, and of one that leaves its stream open', async () => {
    using shim = installLambdaShim()
    const throwing = streamed(() => Promise.reject(new Error('broken')))
    await expect(shim.invoke(throwing, {}).returned).rejects.toThrow('broken')
    const forgetful = streamed(() => Promise.resolve())
    await expect(shim.invoke(forgetful, {}).returned).rejects.toThrow('left its response stream open')
  })

  it('invokes only what was made a streaming handler', () => {
    using shim = installLambdaShim()
    expect(() => shim.invoke(() => {}, {})).toThrow('after installLambdaShim()')
  })

  it('leaves the global as it found it', () => {
    // Other tests of this process may have loaded the AWS SDK, which puts an object of its own there.
    const found = Reflect.getOwnPropertyDescriptor(globalThis, 'awslambda')
    Reflect.deleteProperty(globalThis, 'awslambda')
    const outer = installLambdaShim()
    const before = runtime()
    installLambdaShim().uninstall()
    expect(runtime()).toBe(before)
    outer.uninstall()
    expect('awslambda' in globalThis).toBe(false)
    if (found) Reflect.defineProperty(globalThis, 'awslambda', found)
  })
})
