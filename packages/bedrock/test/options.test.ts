import { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime'
import { type GatewayError, isGatewayError } from '@modelgate/core'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { bedrock } from '../src/index.ts'
import { aChat, aRig } from './a-call.ts'

afterEach(() => vi.unstubAllEnvs())

function faultOf(options: unknown): GatewayError {
  try {
    bedrock(options as never)
  } catch (error) {
    if (isGatewayError(error)) return error
    throw error
  }
  throw new Error('these options were taken')
}

const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG'
const good = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey }

describe('options that cannot work', () => {
  it('are null, which says nothing', () => {
    expect(faultOf(null).message).toBe('bedrock() takes an object of options.')
  })

  it.each<[object, string]>([
    [{ endpoint: 'nope' }, "bedrock({ endpoint }): 'nope' is no http or https URL without a query; give one such as"],
    [{ endpoint: 'ftp://host' }, "bedrock({ endpoint }): 'ftp://host' is no http"],
    [{ endpoint: 'https://host/?a=b' }, 'without a query'],
    [{ endpoint: 5 }, 'bedrock({ endpoint }): a number is no http'],
    [
      { region: 'us east 1' },
      "bedrock({ region }): 'us east 1' is no AWS region; give one of lower-case letters, digits and '-', such as 'us-east-1'.",
    ],
    [{ regoin: 'eu-west-1' }, 'bedrock() has no option `regoin`; did you mean `region`?'],
    [{ region: 'us-east-1.evil.example/' }, 'is no AWS region'],
    [{ region: 'us-east-1a' }, "bedrock({ region }): 'us-east-1a' is an availability zone; its region is 'us-east-1'."],
    [{ region: 'us-east-1-' }, "'us-east-1-' is no AWS region"],
    [{ region: 'US-EAST-1' }, "'US-EAST-1' is no AWS region"],
    [{ region: {} }, 'an object is no AWS region'],
    [
      { id: 'a/b' },
      "bedrock({ id }): 'a/b' is no id; use letters, digits, '.', '_' and '-', since it stands before the '/' of a target.",
    ],
    [{ id: '' }, "bedrock({ id }): '' is no id"],
    [{ id: 5 }, 'bedrock({ id }): a number is no id'],
    [
      { credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE' } },
      'bedrock({ credentials }): `secretAccessKey` must be a non-empty string, got undefined; give { accessKeyId, secretAccessKey, sessionToken? }, or give a function that fetches them.',
    ],
    [{ credentials: { ...good, accessKeyId: 5 } }, '`accessKeyId` must be a non-empty string, got a number'],
    [{ credentials: { ...good, secretAccessKey: '' } }, '`secretAccessKey` must be a non-empty string, got an empty'],
    [{ credentials: { ...good, sessionToken: 'a\n' } }, '`sessionToken` holds a character that no key has'],
    [{ credentials: { ...good, expiration: '2030-01-01' } }, '`expiration` must be a Date, got a string'],
    [{ credentials: 'AKIAIOSFODNN7EXAMPLE' }, 'bedrock({ credentials }): must be an object, got a string'],
    [{ credentials: null }, 'bedrock({ credentials }): must be an object, got null'],
    [{ bearerToken: `${secretAccessKey}\n` }, 'bedrock({ bearerToken }): holds a character that no header takes'],
    [{ bearerToken: 5 }, 'bedrock({ bearerToken }): must be a string, got a number'],
    [{ lanes: [] }, 'bedrock({ lanes }): must be an object of lanes by the beginning of model ids'],
    [{ lanes: { '': 'invoke' } }, "bedrock({ lanes }): '' is the beginning of every id; name a maker"],
    [
      { lanes: { 'meta.': 'mantle' } },
      "bedrock({ lanes }): 'mantle' is no lane for 'meta.'; use 'converse', 'invoke', 'openai'.",
    ],
    [{ lanes: { 'meta.': 5 } }, "bedrock({ lanes }): a number is no lane for 'meta.'"],
    [
      { embeddings: 'search_query' },
      "bedrock({ embeddings }): must be an object such as { inputType: 'search_query' }, got a string.",
    ],
    [
      { embeddings: { inputType: 'query' } },
      "bedrock({ embeddings: { inputType } }): 'query' is none; use 'search_document', 'search_query', 'classification', 'clustering'.",
    ],
    [{ embeddings: { inputType: 5 } }, 'bedrock({ embeddings: { inputType } }): a number is none'],
    [{ embeddings: { concurrency: 0 } }, 'must be a whole number from 1 to 64, got 0.'],
    [{ embeddings: { concurrency: 65 } }, 'must be a whole number from 1 to 64, got 65.'],
    [{ embeddings: { concurrency: '4' } }, 'must be a whole number from 1 to 64, got a string.'],
    [{ unsupportedParams: 'ignore' }, "bedrock({ unsupportedParams }): 'ignore' is neither; give 'drop' or 'reject'."],
    [{ unsupportedParams: true }, 'bedrock({ unsupportedParams }): true is neither'],
    [{ s3Media: 'yes' }, 'bedrock({ s3Media }): must be true or false, got a string.'],
    [{ sendMetadata: 'yes' }, 'bedrock({ sendMetadata }): must be true or false, got a string.'],
    [
      { promptCaching: 'true' },
      'bedrock({ promptCaching }): must be a boolean or an object, got a string; give true, false, or an object such as { system: true, tools: true }.',
    ],
    [{ promptCaching: { user: true } }, "bedrock({ promptCaching }): 'user' is no place in a prompt"],
    [{ promptCaching: { tools: 1 } }, 'bedrock({ promptCaching }): `tools` must be a boolean, got a number'],
    [{ promptCaching: { ttl: 300 } }, "bedrock({ promptCaching }): `ttl` must be '5m' or '1h'"],
    [{ baseModels: { a: 5 } }, 'bedrock({ baseModels }): must be an object of model ids by ARN'],
    [
      { fetchImages: 'yes' },
      'bedrock({ fetchImages }): must be true or an object such as { timeoutMs: 5000 }, got a string.',
    ],
    [{ fetchImages: { http: 1 } }, 'bedrock({ fetchImages: { http } }): must be a boolean, got a number.'],
    [
      { fetchImages: { privateHosts: 'a' } },
      "bedrock({ fetchImages: { privateHosts } }): must be an array of host names such as ['images.internal'], got a string.",
    ],
    [{ fetchImages: { privateHosts: [5] } }, 'privateHosts } }): must be an array of host names'],
    [{ fetchImages: { timeoutMs: 0 } }, 'timeoutMs } }): must be a whole number of milliseconds from 1'],
    [{ fetchImages: { timeoutMs: 2 ** 31 } }, 'timeoutMs } }): must be a whole number of milliseconds from 1'],
  ])('%j are refused when the provider is made', (options, saying) => {
    const error = faultOf(options)
    expect(error.code).toBe('invalid_configuration')
    expect(error.message).toContain(saying)
  })

  it('are named all at once, and secrets never', () => {
    const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: `${secretAccessKey} ` }
    const { message } = faultOf({ id: 'a b', credentials, bearerToken: `${secretAccessKey} ` })
    expect(message.split('\n')).toHaveLength(3)
    expect(message).not.toContain(secretAccessKey)
    expect(message).not.toContain('AKIA')
  })

  it.each([
    ['AWS_REGION', 'no region', "AWS_REGION: 'no region' is no AWS region"],
    ['AWS_ENDPOINT_URL', 'nope', "AWS_ENDPOINT_URL: 'nope' is no http"],
    ['AWS_ENDPOINT_URL_BEDROCK', 'nope', "AWS_ENDPOINT_URL_BEDROCK: 'nope' is no http"],
  ])('are named by their variable when they stand in %s', (name, value, saying) => {
    vi.stubEnv(name, value)
    expect(faultOf({}).message).toContain(saying)
  })

  it.each<object>([
    { id: 'my.bedrock-eu_1' },
    { lanes: { 'meta.': 'invoke', 'us.meta.': 'converse' } },
    { lanes: undefined },
    { region: 'us-gov-east-1' },
    { unsupportedParams: 'reject', sendMetadata: true, s3Media: true },
    { unsupportedParams: undefined, sendMetadata: undefined },
    { endpoint: 'http://127.0.0.1:4566/' },
    { endpoint: '', bearerToken: '' },
    { credentials: { ...good, sessionToken: undefined, expiration: undefined } },
    { credentials: { ...good, sessionToken: 'FwoGZXIvYXdzE==', expiration: new Date(0) } },
    { credentials: () => Promise.resolve(good) },
    { fetchImages: false },
    { fetchImages: { http: undefined, privateHosts: undefined, timeoutMs: undefined } },
    { fetchImages: { http: true, privateHosts: ['images.internal'], timeoutMs: 2_000 } },
  ])('are not %j', options => {
    expect(() => bedrock(options)).not.toThrow()
  })
})

const client = new BedrockRuntimeClient({ region: 'us-east-1', credentials: good })

describe('a client', () => {
  it.each<[object, string]>([
    [{ region: 'us-east-1' }, 'bedrock({ region }): does not go with `client`, which has its own; set it where'],
    [{ credentials: good }, 'bedrock({ credentials }): does not go with `client`'],
    [{ credentials: () => Promise.resolve(good) }, 'bedrock({ credentials }): does not go with `client`'],
    [{ bearerToken: 'token' }, 'bedrock({ bearerToken }): does not go with `client`'],
    [
      { lanes: { 'openai.': 'openai' } },
      "bedrock({ lanes }): the lane 'openai' of 'openai.' does not go with `client`",
    ],
    [{ transport: {} }, 'bedrock({ transport }): does not go with `client`'],
  ])('beside %j is refused: it would not be heeded', (options, saying) => {
    const error = faultOf({ client, ...options })
    expect(error.code).toBe('invalid_configuration')
    expect(error.message).toContain(saying)
    expect(error.message).not.toContain(secretAccessKey)
  })

  it.each<[unknown, string]>([
    [null, 'null is no client'],
    ['us-east-1', 'a string is no client'],
    [{}, 'an object is no client'],
    [{ send() {} }, 'an object is no client'],
    [{ send: 5, config: {} }, 'an object is no client'],
    [{ send() {}, config: { serviceId: 'Bedrock' } }, 'a client of Bedrock is no client of Bedrock’s runtime'],
  ])('that is %j is refused by what it is', (given, saying) => {
    const { code, message } = faultOf({ client: given })
    expect(code).toBe('invalid_configuration')
    expect(message.replace("Bedrock's", 'Bedrock’s')).toContain(saying)
    expect(message).toContain("make one with '@aws-sdk/client-bedrock-runtime'")
  })

  it.each<object>([
    {},
    { lanes: { 'meta.': 'invoke' } },
    { id: 'mine', endpoint: 'http://127.0.0.1:1', baseModels: {} },
    { region: '', bearerToken: '', credentials: undefined, transport: undefined },
  ])('goes with %j', options => {
    expect(() => bedrock({ client, ...options })).not.toThrow()
  })
})

describe('a credentials function', () => {
  it.each<[unknown, string]>([
    [undefined, 'must be an object, got undefined'],
    ['keys', 'must be an object, got a string'],
    [{ accessKeyId: 'AKIAIOSFODNN7EXAMPLE' }, '`secretAccessKey` must be a non-empty string, got undefined'],
    [{ ...good, expiration: '2030-01-01' }, '`expiration` must be a Date, got a string'],
  ])('that gives %j fails the call as upstream_auth_failed, in words', async (given, saying) => {
    await using rig = await aRig({ credentials: () => Promise.resolve(given as never) })
    const error: unknown = await rig.chat(aChat({})).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'upstream_auth_failed', status: 502 })
    expect(String(error)).toContain(`The function \`credentials\` gave no credentials for Bedrock: ${saying}`)
    expect(String(error)).not.toContain('AKIA')
    expect(rig.simulator.requests()).toHaveLength(0)
  })
})
