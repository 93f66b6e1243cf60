import { describe, expect, it } from 'vitest'
import { isGatewayError } from '../../src/errors.ts'
import type { Provider } from '../../src/provider.ts'
import { type ModelScope, resolve, routeTargets, targetNamed } from '../../src/router/resolve.ts'
import { targetName } from '../../src/target.ts'
import { scriptedProvider } from '../../src/testing/index.ts'

const us = scriptedProvider('us')
const eu = scriptedProvider('eu')
const providers = [us, eu]
const routes = { fast: ['us/nova', 'eu/nova', 'us/claude'], smart: { targets: ['eu/claude'] } }
const all: ModelScope = { providers, routes, exposed: 'all' }
const onlyRoutes: ModelScope = { providers, routes, exposed: 'routes' }

const named = (model: string, scope = all, pinned?: string): string[] =>
  resolve(model, scope, pinned).targets.map(targetName)

function refusal(model: string, scope = all, pinned?: string): { code: string; message: string; param?: string } {
  try {
    resolve(model, scope, pinned)
  } catch (error) {
    if (isGatewayError(error))
      return { code: error.code, message: error.message, ...(error.param && { param: error.param }) }
    throw error
  }
  throw new Error('was resolved')
}

describe('resolve', () => {
  it('takes a route name for its targets, in order', () => {
    expect(named('fast')).toEqual(['us/nova', 'eu/nova', 'us/claude'])
    expect(named('smart')).toEqual(['eu/claude'])
    expect(resolve('fast', all).route).toBe('fast')
  })

  it.each([
    ['us/nova', 'us', 'nova'],
    ['us/meta/llama-3/70b', 'us', 'meta/llama-3/70b'],
    [
      'eu/arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.nova',
      'eu',
      'arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.nova',
    ],
    ['us/us/nova', 'us', 'us/nova'],
    ['us//nova', 'us', '/nova'],
  ])('splits %s at its first slash', (name, id, model) => {
    const [target] = resolve(name, all).targets
    expect(target).toEqual({ provider: id, model })
    expect(resolve(name, all).route).toBe(name)
  })

  it('gives a bare model id to the provider that claims it, the first where several do', () => {
    expect(named('eu-large')).toEqual(['eu/eu-large'])
    const greedy = { ...scriptedProvider('greedy'), claims: () => true }
    expect(named('eu-large', { ...all, providers: [greedy, ...providers] })).toEqual(['greedy/eu-large'])
  })

  it('gives an ARN, which holds slashes but starts with no provider, to the one that claims it', () => {
    const arns = { ...scriptedProvider('bed'), claims: (model: string) => model.startsWith('arn:') }
    expect(named('arn:aws:bedrock:x/y', { ...all, providers: [us, arns] })).toEqual(['bed/arn:aws:bedrock:x/y'])
  })

  it('puts a route before a target and a claim of the same name', () => {
    const scope = { ...all, routes: { 'us/nova': ['eu/nova'], 'us-small': ['eu/small'] } }
    expect(named('us/nova', scope)).toEqual(['eu/nova'])
    expect(named('us-small', scope)).toEqual(['eu/small'])
  })

  it('tolerates a provider that claims nothing', () => {
    const shy: Provider = { id: 'shy', name: 'shy', handlers: {} }
    expect(refusal('nova', { ...all, providers: [shy] }).code).toBe('model_not_found')
  })

  it('says what is known when a model is not', () => {
    expect(refusal('gpt-9')).toEqual({
      code: 'model_not_found',
      param: 'model',
      message: "The model 'gpt-9' is not known here; use one of: fast, smart, us/<model id>, eu/<model id>.",
    })
  })

  it('names at most 20 routes and 200 characters of the model', () => {
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`route-${index}`, ['us/nova']]))
    const { message } = refusal('m'.repeat(10_000), { ...onlyRoutes, routes: many })
    expect(message.length).toBeLessThan(600)
    expect(message).toContain('route-19')
    expect(message).not.toContain('route-20')
  })

  it.each([
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'valueOf',
    '__proto__/x',
    'constructor/prototype',
  ])('does not find %s on the table of routes or among the providers', name => {
    expect(refusal(name).code).toBe('model_not_found')
    expect(refusal(name, onlyRoutes).code).toBe('model_not_found')
    expect(refusal(name, all, 'us' === name ? undefined : name).code).toBe('invalid_request')
  })

  it('finds a route that is really called constructor', () => {
    expect(named('constructor', { ...all, routes: { constructor: ['us/nova'] } })).toEqual(['us/nova'])
  })
})

describe('exposed routes only', () => {
  it.each(['us/nova', 'us-small', 'gpt-9'])('knows routes, and not %s', model => {
    expect(named('fast', onlyRoutes)).toHaveLength(3)
    expect(refusal(model, onlyRoutes)).toMatchObject({
      code: 'model_not_found',
      message: `The model '${model}' is not known here; use one of: fast, smart.`,
    })
  })

  it('does not let a pin reach a model that is not exposed', () => {
    expect(refusal('nova', onlyRoutes, 'us').code).toBe('model_not_found')
    expect(refusal('us/nova', onlyRoutes, 'us').code).toBe('model_not_found')
  })
})

describe('a pinned provider', () => {
  it("keeps only its own of a route's targets", () => {
    expect(named('fast', all, 'us')).toEqual(['us/nova', 'us/claude'])
    expect(named('fast', onlyRoutes, 'eu')).toEqual(['eu/nova'])
  })

  it('takes any other model id as its own, with or without its name before it', () => {
    expect(named('nova', all, 'eu')).toEqual(['eu/nova'])
    expect(named('eu/nova', all, 'eu')).toEqual(['eu/nova'])
    expect(named('us/nova', all, 'eu')).toEqual(['eu/us/nova'])
    expect(named('us-small', all, 'eu')).toEqual(['eu/us-small'])
  })

  it('is refused where the route has no target of it', () => {
    expect(refusal('smart', all, 'us')).toMatchObject({
      code: 'model_not_found',
      message: "The model 'smart' has no target of the provider 'us', which x-provider asks for; leave the header out.",
    })
  })

  it.each(['ap', '', '__proto__'])('named %j is refused, with the names there are', pinned => {
    expect(refusal('fast', all, pinned)).toEqual({
      code: 'invalid_request',
      message: `x-provider: '${pinned}' is not a provider here; use one of us, eu.`,
    })
  })
})

describe('names', () => {
  it('go from a target to its name and back', () => {
    for (const name of ['us/nova', 'eu/a/b', 'eu/arn:aws:x/y'])
      expect(targetName(targetNamed(name, providers)!)).toBe(name)
  })

  it.each(['nova', '/nova', 'us', 'us/', 'ap/nova', '', '/'])('%j names no target', name => {
    expect(targetNamed(name, providers)).toBeUndefined()
  })

  it('of targets are read from both forms of a route', () => {
    expect(routeTargets(['us/a'])).toEqual(['us/a'])
    expect(routeTargets({ targets: ['us/a'] })).toEqual(['us/a'])
  })
})
