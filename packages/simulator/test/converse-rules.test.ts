import { describe, expect, it } from 'vitest'
import { converseRequest } from '../src/bedrock/converse-request.ts'
import { BEDROCK_MODELS } from '../src/bedrock/models.ts'
import { resolveModel } from '../src/bedrock/resolve-model.ts'
import { RULES } from '../src/bedrock/rules/rule-table.ts'
import type { JsonObject } from '../src/json.ts'
import { userText } from './clients.ts'
import { fileSimulator } from './file-simulator.ts'
import { imageRequest, SIZED_IMAGES } from './media-rule-cases.ts'
import { NATIVE_CHOICES, REFUSED_SCHEMAS, withSchema } from './request-rule-cases.ts'
import { say } from './rule-case-parts.ts'
import { ACCEPTED, DEFAULT_MODEL, RULE_CASES, type RuleCase } from './rule-cases.ts'
import { signedFetch } from './signed-fetch.ts'

const simulator = await fileSimulator()

const ask = ({ model = DEFAULT_MODEL, stream, body }: Omit<RuleCase, 'says'>) =>
  signedFetch(simulator, `/model/${encodeURIComponent(model)}/${stream ? 'converse-stream' : 'converse'}`, body)

function brokenIds({ model = DEFAULT_MODEL, stream, body }: Omit<RuleCase, 'says'>): readonly string[] {
  const { facts, viaProfile } = resolveModel(model)!
  const request = converseRequest({ modelId: model, model: facts, viaProfile, streaming: stream ?? false }, body)
  return RULES.filter(rule => (rule.applies?.(request) ?? true) && rule.check(request) !== undefined).map(
    rule => rule.id,
  )
}

describe('every rule', () => {
  it('has an id of its own, and a case', () => {
    const ids = RULES.map(rule => rule.id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.toSorted()).toEqual(Object.keys(RULE_CASES).toSorted())
  })

  it.each(Object.entries(RULE_CASES))(
    '%s is broken by its case alone, and refused in its words',
    async (id, sample) => {
      expect(brokenIds(sample)).toEqual([id])
      const answer = await ask(sample)
      expect(answer.status).toBe(400)
      expect(answer.headers.get('x-amzn-errortype')).toMatch(/^ValidationException(:http:.*)?$/)
      const { message } = (await answer.json()) as { message: string }
      expect(message).toContain(sample.says)
      expect(message).not.toContain('{}')
      expect(simulator.requests().at(-1)?.rule).toBe(id)
    },
  )

  it.each(Object.entries(ACCEPTED))('lets %s pass', async (_what, sample) => {
    expect(brokenIds(sample)).toEqual([])
    expect((await ask(sample)).status).toBe(200)
    expect(simulator.requests().at(-1)?.rule).toBeUndefined()
  })
})

it.each(NATIVE_CHOICES)('%s goes for choices in Claude’s own words, too', (rule, sample) => {
  expect(brokenIds(sample)).toEqual([rule])
})

it.each<[JsonObject, string]>([
  [{ type: 'text' }, 'type must be json_schema'],
  [{ type: 'json_schema', structure: { jsonSchema: { name: 'a' } } }, 'schema must be set'],
])('a text format such as %j is refused', async (textFormat, says) => {
  const sample = { body: say({ outputConfig: { textFormat } }) }
  expect(brokenIds(sample)).toEqual(['structured-output-shape'])
  expect(((await (await ask(sample)).json()) as { message: string }).message).toContain(says)
})

describe('a schema to be compiled', () => {
  it.each(REFUSED_SCHEMAS)('%j is refused', async (schema, says) => {
    const sample = { body: withSchema(schema) }
    expect(brokenIds(sample)).toEqual(['structured-output-schema'])
    expect(((await (await ask(sample)).json()) as { message: string }).message).toContain(says)
  })
})

describe('an image', () => {
  it.each(SIZED_IMAGES)('%s that is known by its head (%#)', (format, base64, tooLarge) => {
    expect(brokenIds({ body: imageRequest(format, base64) })).toEqual(tooLarge ? ['image-dimensions'] : [])
  })
})

describe('models', () => {
  const plain = { messages: [userText('hi')] }

  it.each(BEDROCK_MODELS.filter(model => model.kind === 'chat').map(model => [model.id, model] as const))(
    '%s answers a plain question, by its profile where it must',
    async (id, model) => {
      const callable = model.onDemand ? id : `${model.geos[0]}.${id}`
      expect((await ask({ model: callable, body: plain })).status).toBe(200)
      expect((await ask({ model: callable, body: plain, stream: true })).status).toBe(200)
    },
  )

  it.each(['nope', 'xx.anthropic.claude-sonnet-4-6', 'a1b2c3d4e5f6'])('%s is no identifier', async model => {
    const answer = await ask({ model, body: plain })
    expect([answer.status, await answer.json()]).toEqual([
      400,
      { message: 'The provided model identifier is invalid.' },
    ])
  })

  it('with a bare slash in the ARN are lost on the way', async () => {
    const answer = await signedFetch(
      simulator,
      '/model/arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0/converse',
      plain,
    )
    expect(answer.status).toBe(404)
    expect(answer.headers.get('x-amzn-errortype')).toContain('UnknownOperationException')
  })
})
