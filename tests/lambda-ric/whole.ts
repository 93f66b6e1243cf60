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
  before(async () => {
    simulator = await startSimulator()
    bundle = await buildBundle(new URL('../lambda-bundle/whole-handler.ts', import.meta.url))
    const { directory } = bundle
    const environment = bundleEnvironment(simulator)
    whole = await startFunction({ directory, handler: 'handler.handler', environment })
    authorizer = await startFunction({ directory, handler: 'handler.authorizer', environment })
  })
  after(async () => {
    await Promise.all([whole[Symbol.asyncDispose](), authorizer[Symbol.asyncDispose]()])
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
