import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { doorRoutes } from '../packages/core/src/http/door-routes.ts'
import { type Answer, OperationRig } from './operations/operation-rig.ts'
import { operationStories } from './operations/operation-table.ts'

describe('the table of operations', () => {
  it('has every route that the door serves, and no other', () => {
    const told = new Set(operationStories.map(({ doorRoute }) => doorRoute))
    expect([...told].toSorted()).toEqual(doorRoutes.map(({ method, path }) => `${method} ${path}`).toSorted())
  })
})

const keys = [
  { key: 'sk-good', userId: 'good' },
  { key: 'sk-revoked', userId: 'revoked', active: false },
  { key: 'sk-expired', userId: 'expired', expiresAt: '2020-01-01T00:00:00Z' },
  { key: 'sk-health', userId: 'health', permissions: ['health'] },
  { key: 'sk-other', userId: 'other', allowedRoutes: ['other talk', 'other embed'] },
]

/** Callers whom no answer may tell apart. */
const strangers: Readonly<Record<string, string | undefined>> = {
  'no key': undefined,
  'a key that nobody has': 'sk-nobody',
  'a key of our form that is misspelt': `mg_live_${'x'.repeat(49)}`,
  'a revoked key': 'sk-revoked',
}

describe.each(operationStories)('$name, by key', story => {
  let rig: OperationRig
  beforeAll(async () => {
    rig = await OperationRig.open(keys)
  })
  afterAll(() => rig[Symbol.asyncDispose]())

  it.each(Object.entries(strangers))('is refused to %s, in the same words as to any other', async (_name, key) => {
    const before = rig.upstreamRequests
    const [answer, toNobody] = [await rig.ask(story, { key }), await rig.ask(story, {})]
    expect(answer).toMatchObject({ status: 401, error: { code: 'unauthenticated' } })
    expect(answer.headers.get('www-authenticate')).toBe('Bearer')
    expect(comparable(answer)).toEqual(comparable(toNobody))
    expect(rig.upstreamRequests).toBe(before)
  })

  it('is refused to a key without the scope, which is named', async () => {
    const before = rig.upstreamRequests
    const answer = await rig.ask(story, { key: 'sk-health' })
    expect(answer).toMatchObject({ status: 403, error: { code: 'permission_denied' } })
    expect(answer.error?.message).toContain("'completions'")
    expect(rig.upstreamRequests).toBe(before)
  })

  it('is given to a key that may use another route only for that route', async () => {
    const before = rig.upstreamRequests
    const answer = await rig.ask(story, { key: 'sk-other' })
    if (story.call) expect(answer).toMatchObject({ status: 403, error: { code: 'permission_denied', param: 'model' } })
    else if (story.doorRoute.endsWith('{id}')) expect(answer).toMatchObject({ status: 404, error: { param: 'model' } })
    else expect(idsOf(answer)).toEqual(['other talk', 'other embed'])
    expect(rig.upstreamRequests).toBe(before)
    const other = await rig.ask(story, { key: 'sk-other', route: story.otherRoute })
    expect(other).toMatchObject({ status: 200, text: expect.stringMatching(story.answered) })
  })

  it('is given to a key that may', async () => {
    const answer = await rig.ask(story, { key: 'sk-good' })
    expect(answer).toMatchObject({ status: 200, text: expect.stringMatching(story.answered) })
  })
})

function idsOf({ text }: Answer): string[] {
  return (JSON.parse(text) as { data: { id: string }[] }).data.map(({ id }) => id)
}

/** All of an answer but what is new in each. */
function comparable({ status, headers, text }: Answer): unknown {
  const kept = [...headers].filter(([name]) => name !== 'x-request-id' && name !== 'date')
  return { status, text, headers: kept }
}
