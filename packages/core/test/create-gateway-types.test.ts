import { describe, expect, expectTypeOf, it } from 'vitest'
import { createGateway, type Gateway, type GatewayOptions } from '../src/index.ts'
import type { Provider } from '../src/provider.ts'
import { scriptedProvider } from '../src/testing/index.ts'

const us: Provider<'us'> = { ...scriptedProvider('us', ['hi']), id: 'us' }
const eu: Provider<'eu'> = { ...scriptedProvider('eu', ['hi']), id: 'eu' }
type ModelOf<G> = G extends Gateway<infer Model> ? Model : never

// These run nothing: `tsc` is the test. A line that compiles although it must not fails as an unused @ts-expect-error.
describe('the types of createGateway', () => {
  it('know the providers and the routes by name', () => {
    const gateway = createGateway({
      providers: [us, eu],
      routes: { fast: ['us/nova', 'eu/nova'], smart: { targets: ['eu/claude'] } },
    })
    expectTypeOf<ModelOf<typeof gateway>>().toEqualTypeOf<'fast' | 'smart' | `us/${string}` | `eu/${string}`>()
    expectTypeOf(gateway).toExtend<Gateway>()
  })

  it('refuse a target of a provider that is not there', () => {
    // @ts-expect-error there is no provider 'ap'
    expect(() => createGateway({ providers: [us, eu], routes: { fast: ['ap/nova'] } })).toThrow('ap/nova')
    // @ts-expect-error a target is an id, a slash and a model
    expect(() => createGateway({ providers: [us], routes: { fast: ['nova'] } })).toThrow('nova')
    // @ts-expect-error there is no provider 'ap' in this form either
    expect(() => createGateway({ providers: [us], routes: { fast: { targets: ['ap/nova'] } } })).toThrow('ap/nova')
  })

  it('know the routes that conditions may lead to', () => {
    const gateway = createGateway({
      providers: [us, eu],
      routes: {
        cheap: ['eu/micro'],
        fast: {
          strategy: 'weighted',
          targets: [{ target: 'us/nova', weight: 9 }, 'eu/nova'],
          when: [
            { if: { tier: 'free' }, use: 'cheap' },
            {
              if: { tenant: ['acme', 'beta'], promptTokens: { gt: 8_000 } },
              use: ['us/claude', { target: 'eu/claude' }],
            },
          ],
        },
      },
    })
    expectTypeOf<ModelOf<typeof gateway>>().toEqualTypeOf<'fast' | 'cheap' | `us/${string}` | `eu/${string}`>()
    const to = <const T extends string>(use: T) =>
      ({ cheap: ['us/micro'], fast: { targets: ['us/nova'], when: [{ if: { tier: 'free' }, use }] } }) as const
    createGateway({ providers: [us], routes: to('cheap') })
    // @ts-expect-error there is no route 'cheep'
    expect(() => createGateway({ providers: [us], routes: to('cheep') })).toThrow('cheep')
    const badTarget = { fast: { targets: [{ target: 'ap/nova', weight: 1 }] } } as const
    // @ts-expect-error there is no provider 'ap'
    expect(() => createGateway({ providers: [us], routes: badTarget })).toThrow('ap/nova')
    const badStrategy = { fast: { strategy: 'fastest', targets: ['us/nova'] } } as const
    // @ts-expect-error there is no strategy 'fastest'
    expect(() => createGateway({ providers: [us], routes: badStrategy })).toThrow('fastest')
    const badCondition = { fast: { targets: ['us/nova'], when: [{ if: { tier: 7 }, use: ['us/nova'] }] } } as const
    // @ts-expect-error a tier is text
    expect(() => createGateway({ providers: [us], routes: badCondition })).toThrow('tier')
  })

  it('complete the model, and take any other id', () => {
    const gateway = createGateway({ providers: [us], routes: { fast: ['us/nova'] } })
    type Request = Parameters<typeof gateway.chat>[0]
    expectTypeOf<'fast'>().toExtend<Request['model']>()
    expectTypeOf<'gpt-4o'>().toExtend<Request['model']>()
    expectTypeOf<number>().not.toExtend<Request['model']>()
    expectTypeOf<Request>().not.toHaveProperty('stream')
  })

  it('let every option be undefined', () => {
    const options: GatewayOptions<[typeof us]> = {
      providers: [us],
      routes: undefined,
      auth: undefined,
      limits: undefined,
      use: undefined,
      defaultModel: undefined,
      exposeModels: undefined,
      maxAttempts: undefined,
      timeouts: undefined,
      maxBodyBytes: undefined,
      requestLog: undefined,
      onReport: undefined,
      onError: undefined,
    }
    expectTypeOf<{ readonly totalMs: undefined }>().toExtend<GatewayOptions['timeouts']>()
    expectTypeOf<{ readonly store: undefined; readonly tiers: undefined }>().toExtend<GatewayOptions['limits']>()
    const gateway = createGateway(options)
    void gateway.close({ graceMs: undefined })
    type Chat = (typeof gateway)['chat']
    expectTypeOf<Chat>().parameter(1).toEqualTypeOf<
      | {
          readonly signal?: AbortSignal | undefined
          readonly principal?: import('../src/principal.ts').Principal | undefined
          readonly deadlineMs?: number | undefined
          readonly context?: 'off' | undefined
          readonly tags?: Readonly<Record<string, string>> | undefined
          readonly onReport?: ((report: import('../src/call-report.ts').CallReport) => void) | undefined
        }
      | undefined
    >()
  })

  it('take providers that are made at run time', () => {
    const providers: Provider[] = [us]
    const routes: Record<string, `${string}/${string}`[]> = { fast: ['us/nova'] }
    expectTypeOf(createGateway({ providers, routes })).toExtend<Gateway>()
  })
})
