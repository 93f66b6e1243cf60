// What answers whole, and the authorizer before it, under AWS's own runtime.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { AuthorizerResult, ProxyResult } from '@modelgate/aws/lambda'
import { albEvent, functionUrlEvent, restApiEvent } from '@modelgate/aws/lambda/testing'
import { type Simulator, startSimulator } from '@modelgate/simulator'
import { apiKey, type Bundle, buildBundle, bundleEnvironment } from '../lambda-bundle/bundle-runtime.ts'
import { type StartedFunction, startFunction } from './start-function.ts'

void describe('a bundle with a handler that answers whole and an authorizer, under aws-lambda-ric', () => {
  let simulator: Simulator
  let bundle: Bundle
  let whole: StartedFunction
  let authorizer: StartedFunction
  let broken: StartedFunction
  before(async () => {
    simulator = await startSimulator()
    bundle = await buildBundle(new URL('../lambda-bundle/whole-handler.ts', import.meta.url))
    const { directory } = bundle
    const environment = bundleEnvironment(simulator)
    whole = await startFunction({ directory, handler: 'handler.handler', environment })
    authorizer = await startFunction({ directory, handler: 'handler.authorizer', environment })
    broken = await startFunction({ directory, handler: 'handler.broken', environment })
  })
  after(async () => {
    await Promise.all([whole, authorizer, broken].map(each => each[Symbol.asyncDispose]()))
    await simulator.close()
    await bundle[Symbol.asyncDispose]()
  })
  const call = ({ api, failed }: StartedFunction, event: unknown): Promise<unknown> =>
    Promise.race([api.call(event), failed])
  const sent = {
    path: '/v1/chat/completions',
    headers: { authorization: `Bearer ${apiKey}` },
    body: { messages: [{ role: 'user', content: 'Say exactly: so' }] },
  }

  void it('answers each kind of event in its form', async () => {
    for (const event of [
      functionUrlEvent(sent),
      restApiEvent(sent),
      albEvent(sent),
      albEvent(sent, { multiValue: true }),
    ]) {
      const result = (await call(whole, event)) as ProxyResult
      assert.equal(result.statusCode, 200)
      assert.equal(JSON.parse(result.body).choices[0].message.content, 'so')
      assert.equal(result.multiValueHeaders !== undefined, 'multiValueHeaders' in event && !('headers' in event))
    }
    assert.equal(((await call(whole, { source: 'aws.events' })) as ProxyResult).statusCode, 400)
  })

  void it('tells Lambda of a stream that was broken off, without a stack, and goes on serving', async () => {
    for (let time = 0; time < 2; time += 1) {
      const call = broken.api.invoke(functionUrlEvent(sent))
      assert.equal((await Promise.race([call.prelude, broken.failed])).statusCode, 200)
      await assert.rejects(call.returned, /failed within its answer: Error/)
    }
    assert.match(broken.log(), /The answer was broken off: The rest is lost\./)
    assert.doesNotMatch(broken.log(), /\bat .*:\d+:\d+/)
  })

  void it('lets a caller in, and hands what it says on to the handler', async () => {
    const methodArn = 'arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/prod/POST/v1/chat/completions'
    const { policyDocument, context } = (await call(authorizer, {
      ...restApiEvent(sent),
      methodArn,
    })) as AuthorizerResult
    assert.equal(policyDocument.Statement[0]?.Resource, methodArn.replace(/prod\/.*/, 'prod/*'))
    assert.deepEqual([context.keyId, context.tier], ['key-7', 'premium'])
    const { statusCode } = (await call(whole, restApiEvent({ ...sent, authorizer: context }))) as ProxyResult
    assert.equal(statusCode, 200)
  })

  void it('fails of a stranger by the very word that API Gateway makes a 401 of', async () => {
    const stranger = { ...sent, headers: { 'x-api-key': 'unknown' } }
    const refused = call(authorizer, { ...restApiEvent(stranger), methodArn: 'arn:aws:execute-api:r:1:a/prod/GET/' })
    await assert.rejects(refused, ({ message }: Error) => {
      assert.equal(JSON.parse(message).errorMessage, 'Unauthorized')
      return true
    })
  })
})
