import { strict as assert } from 'node:assert'
import type { BuiltImage } from './build-image.ts'
import { startContainer } from './container.ts'
import { startSimulatedAws } from './simulated-aws.ts'

const key = 'the-key-in-the-secret'
const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` }

/**
 * Starts what was built, with a simulator for Bedrock and a secret on this machine, and calls it as clients, load balancers and
 * orchestrators do.
 * @throws {AssertionError} where it is not as it should be.
 */
export async function tryImage(image: BuiltImage, print: (line: string) => void): Promise<void> {
  await using aws = await startSimulatedAws(key, 20)
  await using container = await startContainer(image, {
    ...aws.variables,
    ApiKeySecretArn: aws.secrets.arn,
    DEFAULT_MODEL: 'anthropic.claude-3-sonnet-20240229-v1:0',
    DEFAULT_EMBEDDING_MODEL: 'cohere.embed-multilingual-v3',
    ENABLE_PROMPT_CACHING: 'false',
  })
  const post = (path: string, body: object, more: object = headers): Promise<Response> =>
    fetch(container.url + path, { method: 'POST', headers: { ...more }, body: JSON.stringify(body) })
  const chat = (content: string, stream = false): Promise<Response> =>
    post('/v1/chat/completions', { stream, messages: [{ role: 'user', content }] })
  print(`Started as its user, with nothing to write to, at ${container.url}.`)

  assert.equal(await container.healthCheck(), 0)
  print('Its health check says that it is well.')
  assert.equal((await post('/v1/embeddings', { input: 'x' }, { 'content-type': 'application/json' })).status, 401)
  print('A caller without a key is refused.')
  const whole = await chat('Say exactly: the door is open')
  assert.match(await whole.text(), /the door is open/)
  assert.equal(whole.headers.get('x-modelgate-model'), 'anthropic.claude-3-sonnet-20240229-v1:0')
  print('The key in the secret opens the door, and DEFAULT_MODEL answers.')
  const vectors = await post('/v1/embeddings', { input: ['alpha', 'beta'] })
  assert.equal(vectors.headers.get('x-modelgate-model'), 'cohere.embed-multilingual-v3')
  assert.equal(((await vectors.json()) as { data: unknown[] }).data.length, 2)
  print('DEFAULT_EMBEDDING_MODEL embeds.')

  const pieces = (await chat('Count to 100', true)).body!.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]()
  let text = ''
  while (!text.includes('"content":"')) {
    const { done, value = '' } = await pieces.next()
    assert.ok(!done, `The stream ended without content: ${text}`)
    text += value
  }
  assert.ok(!text.includes('[DONE]'))
  const stopped = container.stop()
  for (let step = await pieces.next(); !step.done; step = await pieces.next()) text += step.value
  assert.ok(text.endsWith('data: [DONE]\n\n'))
  print('A stream that was open at SIGTERM came whole, piece by piece.')
  assert.equal(await stopped, 0)
  assert.equal(await container.healthCheck(), 1)
  print('Then it ended with exit code 0, and its health check says so.')
}
