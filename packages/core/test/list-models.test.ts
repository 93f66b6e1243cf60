import { describe, expect, it, vi } from 'vitest'
import { listModels, type ModelListing } from '../src/list-models.ts'
import type { Provider } from '../src/provider.ts'
import type { TargetCapabilities } from '../src/target-capabilities.ts'
import type { Model } from '../src/wire/model.ts'
import { rejection } from './support/calls.ts'

const model = (id: string): Model => ({ id, object: 'model', created: 5, owned_by: 'someone' })

function provider(id: string, ids: readonly string[] | Error, claims = /^$/): Provider {
  return {
    id,
    name: id,
    handlers: {},
    claims: candidate => claims.test(candidate),
    models: () => (ids instanceof Error ? Promise.reject(ids) : Promise.resolve(ids.map(model))),
  }
}

async function ids(listing: Partial<ModelListing>, caller: Partial<Parameters<ReturnType<typeof listModels>>[0]> = {}) {
  const list = listModels({ providers: [], routes: {}, exposeModels: 'all', created: 1, ...listing })
  return (await list({ origin: 'door', principal: undefined, ...caller })).data.map(({ id }) => id)
}

const aTurn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

const anybody = { origin: 'door', principal: undefined } as const

describe('listModels', () => {
  it('lists the routes first, as models of the gateway', async () => {
    const list = listModels({ providers: [], routes: { fast: ['us/x'] }, exposeModels: 'routes', created: 7 })
    expect(await list({ origin: 'door', principal: undefined })).toEqual({
      object: 'list',
      data: [{ id: 'fast', object: 'model', created: 7, owned_by: 'modelgate' }],
    })
  })

  it('lists a model under the name that resolves to it: bare where its provider claims it first, else in full', async () => {
    const providers = [provider('a', ['a-1', 'odd'], /^a-/), provider('b', ['a-1', 'b-1'], /^[ab]-/)]
    expect(await ids({ providers })).toEqual(['a-1', 'a/odd', 'b/a-1', 'b-1'])
  })

  it('lists in full a model whose own id looks like a target of another provider', async () => {
    const providers = [provider('a', ['b/x'], /./), provider('b', ['x'])]
    expect(await ids({ providers })).toEqual(['a/b/x', 'b/x'])
  })

  it('keeps all else that the provider says of its model', async () => {
    const list = listModels({ providers: [provider('a', ['x'])], routes: {}, exposeModels: 'all', created: 1 })
    expect((await list({ origin: 'door', principal: undefined })).data).toEqual([{ ...model('x'), id: 'a/x' }])
  })

  it('does not list a model that a route hides', async () => {
    expect(await ids({ providers: [provider('a', ['x'], /^x/)], routes: { x: ['a/y'] } })).toEqual(['x'])
  })

  it('lists only routes over the door where only they are exposed, and everything in process', async () => {
    const listing = { providers: [provider('a', ['x'])], routes: { fast: ['a/x'] }, exposeModels: 'routes' as const }
    expect(await ids(listing)).toEqual(['fast'])
    expect(await ids(listing, { origin: 'process' })).toEqual(['fast', 'a/x'])
  })

  it('lists only what the caller may name', async () => {
    const listing = { providers: [provider('a', ['x', 'y'])], routes: { fast: ['a/x'], smart: ['a/y'] } }
    expect(await ids(listing, { principal: { tenant: 't', allowedRoutes: ['smart', 'a/x'] } })).toEqual([
      'smart',
      'a/x',
    ])
    expect(await ids(listing, { principal: { tenant: 't', allowedRoutes: [] } })).toEqual([])
  })

  it('lists a model in full where that is the name of it that the caller may use', async () => {
    const listing = { providers: [provider('a', ['a-1', 'a-2'], /^a-/)], routes: { 'a-2': ['a/a-1'] } }
    const allowed = (...allowedRoutes: string[]) => ids(listing, { principal: { tenant: 't', allowedRoutes } })
    expect(await allowed('a/a-1', 'a/a-2')).toEqual(['a/a-1', 'a/a-2'])
    expect(await allowed('a-1', 'a/a-1')).toEqual(['a-1'])
  })

  it('lists the model that is asked for under the name by which it is', async () => {
    const listing = { providers: [provider('a', ['a-1', 'a-2'], /^a-/)] }
    expect(await ids(listing, { asked: 'a/a-1' })).toEqual(['a/a-1', 'a-2'])
    const principal = { tenant: 't', allowedRoutes: ['a-1'] }
    expect(await ids(listing, { asked: 'a/a-1', principal })).toEqual([])
    expect(await ids({ ...listing, exposeModels: 'routes' }, { asked: 'a/a-1' })).toEqual([])
    const callerCredentials = { provider: 'a', accessKeyId: 'x' } as never
    expect(await ids(listing, { asked: 'a/a-1', callerCredentials })).toEqual(['a/a-1', 'a-2'])
  })

  it('leaves out a provider that cannot be asked, or was never to be', async () => {
    const silent: Provider = { id: 'silent', name: 'silent', handlers: {} }
    const providers = [provider('down', new Error('no')), silent, provider('a', ['x'])]
    expect(await ids({ providers })).toEqual(['a/x'])
  })

  it('says why when there is nothing else to list', async () => {
    const down = new Error('no')
    expect(await rejection(ids({ providers: [provider('down', down)] }))).toBe(down)
    expect(await ids({ providers: [provider('down', down)], routes: { fast: ['down/x'] } })).toEqual(['fast'])
  })

  it('asks each provider once for all who ask meanwhile, and soon after', async () => {
    let asked = 0
    const counting: Provider = {
      ...provider('a', ['a-1']),
      models: async () => {
        asked += 1
        return []
      },
    }
    const list = listModels({ providers: [counting], routes: {}, exposeModels: 'all', created: 1 })
    await Promise.all([list(anybody), list(anybody), list({ ...anybody, origin: 'process' })])
    await list(anybody)
    expect(asked).toBe(1)
  })

  it('asks again after a provider failed: a list with a gap is not kept', async () => {
    let asked = 0
    const failing: Provider = {
      ...provider('a', []),
      models: async () => {
        asked += 1
        if (asked === 1) throw new Error('down')
        return []
      },
    }
    const list = listModels({ providers: [failing], routes: { fast: ['a/x'] }, exposeModels: 'all', created: 1 })
    await list(anybody)
    await list(anybody)
    expect(asked).toBe(2)
  })

  it('gives the last list on, and asks behind the back of who asks, once it is older than 30 s', async () => {
    let nowMs = 0
    const answers: PromiseWithResolvers<readonly Model[]>[] = []
    const steered: Provider = {
      ...provider('a', [], /^a-/),
      models() {
        const answer = Promise.withResolvers<readonly Model[]>()
        answers.push(answer)
        return answer.promise
      },
    }
    const list = listModels({ providers: [steered], routes: {}, exposeModels: 'all', created: 1, now: () => nowMs })
    const asked = async (): Promise<string[]> => (await list(anybody)).data.map(({ id }) => id)
    const first = [asked(), asked()]
    answers[0]?.resolve([model('a-1')])
    expect(await Promise.all(first)).toEqual([['a-1'], ['a-1']])
    nowMs = 29_999
    expect([await asked(), answers.length]).toEqual([['a-1'], 1])
    nowMs = 30_000
    // The provider hangs, and nobody waits for it.
    expect([await asked(), await asked(), answers.length]).toEqual([['a-1'], ['a-1'], 2])
    answers[1]?.reject(new Error('down'))
    await aTurn()
    nowMs = 59_999
    expect([await asked(), answers.length]).toEqual([['a-1'], 2])
    nowMs = 60_000
    expect([await asked(), answers.length]).toEqual([['a-1'], 3])
    answers[2]?.resolve([model('a-2')])
    await aTurn()
    expect(await asked()).toEqual(['a-2'])
  })

  it('lists an id once, however often a provider names it', async () => {
    expect(await ids({ providers: [provider('a', ['x', 'y', 'x'])] })).toEqual(['a/x', 'a/y'])
  })

  it('leaves out a provider that never answers, when the time it has is up', async () => {
    const timeout = new AbortController()
    vi.spyOn(AbortSignal, 'timeout').mockReturnValueOnce(timeout.signal)
    const deaf: Provider = { ...provider('deaf', []), models: () => new Promise(() => {}) }
    const list = listModels({ providers: [deaf], routes: { fast: ['deaf/x'] }, exposeModels: 'all', created: 1 })(
      anybody,
    )
    timeout.abort()
    expect((await list).data.map(({ id }) => id)).toEqual(['fast'])
  })
})

describe('what is told of a model', () => {
  const able: Provider = {
    ...provider('a', ['seeing', 'blind', 'unknown']),
    capabilitiesOf: id => capabilities[id],
  }
  const capabilities: Readonly<Record<string, TargetCapabilities>> = {
    seeing: { operations: ['chat'], tools: true, images: 20, documents: 0, audio: Number.POSITIVE_INFINITY },
    blind: { operations: ['chat'], tools: false, images: 0, contextTokens: 8_192 },
    vectors: { operations: ['embeddings'] },
  }
  async function told(routes: ModelListing['routes'] = {}): Promise<Record<string, Model['capabilities']>> {
    const list = listModels({ providers: [able], routes, exposeModels: 'all', created: 1 })
    return Object.fromEntries((await list(anybody)).data.map(listed => [listed.id, listed.capabilities]))
  }

  it('is what its provider knows it can do, without numbers that JSON cannot hold', async () => {
    expect(await told()).toEqual({
      'a/seeing': { operations: ['chat'], tools: true, images: 20, documents: 0 },
      'a/blind': { operations: ['chat'], tools: false, images: 0, context_tokens: 8_192 },
      'a/unknown': undefined,
    })
  })

  it('is, of a route, what one of its targets can, and nothing that is unknown of one', async () => {
    const listed = await told({
      both: ['a/blind', 'a/seeing'],
      mixed: ['a/seeing', 'a/vectors'],
      vague: ['a/seeing', 'a/unknown'],
      ruled: { targets: ['a/seeing'], when: [{ if: { stream: true }, use: 'both' }] },
    })
    expect(listed.both).toEqual({ operations: ['chat'], tools: true, images: 20 })
    expect(listed.mixed).toEqual({ operations: ['chat', 'embeddings'] })
    expect([listed.vague, listed.ruled]).toEqual([undefined, undefined])
  })

  it('adds to what the upstream says of it, and comes before it', async () => {
    const telling: Provider = {
      ...able,
      models: () => Promise.resolve([{ ...model('blind'), capabilities: { tools: true, streaming: true } }]),
    }
    const list = listModels({ providers: [telling], routes: {}, exposeModels: 'all', created: 1 })
    expect((await list(anybody)).data[0]?.capabilities).toEqual({
      operations: ['chat'],
      tools: false,
      streaming: true,
      images: 0,
      context_tokens: 8_192,
    })
  })
})
