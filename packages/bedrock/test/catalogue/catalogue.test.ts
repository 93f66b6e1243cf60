import { GatewayError } from '@modelgate/core'
import { describe, expect, it } from 'vitest'
import { Catalogue } from '../../src/catalogue/catalogue.ts'
import { aControlPlane, aModel, aProfile, aTurn, HandClock, page, type Script } from './a-control-plane.ts'

const throttled = (retryAfterMs?: number) => () =>
  Promise.reject(new GatewayError('upstream_rate_limited', 'Too many requests.', { retryAfterMs }))
const down = new GatewayError('upstream_unavailable', 'Bedrock failed.')
const failing = () => Promise.reject(down)
const hanging = () => new Promise<never>(() => {})
const nova = aModel('amazon.nova-lite-v1:0')
const novaUs = aProfile('us.amazon.nova-lite-v1:0', nova.modelId)

function aCatalogue(script: Script) {
  const clock = new HandClock()
  const { control, asked } = aControlPlane(script)
  const catalogue = new Catalogue({ control, region: () => 'us-east-1', applicationProfiles: true, clock })
  const names = async (signal = new AbortController().signal): Promise<string[]> => {
    const { models, profiles } = await catalogue.list(signal)
    return [...models.map(({ modelId }) => modelId), ...profiles.map(({ id }) => id)]
  }
  return { catalogue, clock, asked, names }
}

const all = ['amazon.nova-lite-v1:0', 'us.amazon.nova-lite-v1:0']

describe('the catalogue', () => {
  it('asks nobody before it is asked', () => {
    const { catalogue, asked } = aCatalogue({})
    expect([catalogue.view, asked]).toEqual([undefined, { models: 0, system: 0, application: 0 }])
  })

  it('is read once for all who ask meanwhile, lists and calls alike', async () => {
    const { catalogue, asked, names } = aCatalogue({ models: [page([nova])], system: [page([novaUs])] })
    const lists = [names(), names()]
    await Promise.all([catalogue.ready() ?? expect.fail(), catalogue.ready() ?? expect.fail()])
    expect(await Promise.all(lists)).toEqual([all, all])
    expect([await names(), catalogue.ready()]).toEqual([all, undefined])
    expect(asked).toEqual({ models: 1, system: 1, application: 1 })
  })

  it('is renewed after five minutes, while what is known is given to whoever asks', async () => {
    const { catalogue, clock, asked, names } = aCatalogue({
      models: [page([nova]), hanging],
      system: [page([novaUs])],
    })
    await names()
    await clock.pass(299_999)
    expect([await names(), catalogue.ready(), asked.models]).toEqual([all, undefined, 1])
    await clock.pass(1)
    expect([await names(), catalogue.ready(), asked.models]).toEqual([all, undefined, 2])
    await names()
    expect(asked.models).toBe(2)
  })

  it('stays as it was while the control plane is down, and is tried again every 30 s', async () => {
    const { clock, asked, names } = aCatalogue({
      models: [page([nova]), failing, failing, page([aModel('amazon.nova-pro-v1:0')])],
      system: [page([novaUs]), failing, failing, page([])],
    })
    await names()
    await clock.pass(300_000)
    await names()
    await clock.pass(29_999)
    expect([await names(), asked.models]).toEqual([all, 2])
    await clock.pass(1)
    expect([await names(), asked.models]).toEqual([all, 3])
    await clock.pass(30_000)
    await names()
    await aTurn()
    expect([await names(), asked.models]).toEqual([['amazon.nova-pro-v1:0'], 4])
  })

  it('goes on after a page without items, and not round where a token comes again', async () => {
    const more = aProfile('eu.amazon.nova-lite-v1:0', nova.modelId)
    const { asked, names } = aCatalogue({
      models: [page([nova])],
      system: [page([], 'one'), page([novaUs], 'two'), page([], 'three'), page([more], 'one')],
    })
    expect(await names()).toEqual([...all, 'eu.amazon.nova-lite-v1:0'])
    expect(asked.system).toBe(4)
  })

  it('asks for a throttled page again, no sooner than it is told', async () => {
    const second = page([aProfile('eu.amazon.nova-lite-v1:0', nova.modelId)])
    const { clock, asked, names } = aCatalogue({
      models: [throttled(), throttled(), page([nova])],
      system: [page([novaUs], 'two'), throttled(3_000), second],
    })
    const listed = names()
    await clock.pass(2_999)
    expect(asked).toEqual({ models: 3, system: 2, application: 1 })
    await clock.pass(1)
    expect(await listed).toEqual([...all, 'eu.amazon.nova-lite-v1:0'])
    await clock.pass(60_000)
    await names()
    expect(asked.system).toBe(3)
  })

  it('answers what is there when a page stays throttled for 8 s, and asks again 30 s later', async () => {
    const { clock, asked, names } = aCatalogue({
      models: [page([nova])],
      system: [page([novaUs], 'two'), throttled()],
    })
    const listed = names()
    await clock.pass(8_000)
    expect(await listed).toEqual(all)
    expect(asked.system).toBeLessThan(10)
    await clock.pass(30_000)
    await names()
    expect(asked.models).toBe(2)
  })

  it('answers what is there at once where a page is throttled for longer than there is time', async () => {
    const { names } = aCatalogue({ models: [page([nova])], system: [page([novaUs], 'two'), throttled(8_000)] })
    expect(await names()).toEqual(all)
  })

  it('adds what a broken listing has brought to what was known', async () => {
    const more = aProfile('eu.amazon.nova-lite-v1:0', nova.modelId)
    const { clock, names } = aCatalogue({
      models: [page([nova])],
      system: [page([novaUs]), page([more], 'two'), failing],
    })
    await names()
    await clock.pass(300_000)
    await names()
    await aTurn()
    expect(await names()).toEqual([...all, 'eu.amazon.nova-lite-v1:0'])
  })

  it('gives up a control plane that hangs after 8 s, and says so where nothing is known', async () => {
    const { clock, names } = aCatalogue({ models: [hanging], system: [hanging], application: [hanging] })
    const failed = expect(names()).rejects.toMatchObject({ code: 'timeout_total' })
    await clock.pass(8_000)
    await failed
  })

  it('lets a caller of a list go when it leaves', async () => {
    const { names } = aCatalogue({ models: [hanging] })
    const controller = new AbortController()
    const left = expect(names(controller.signal)).rejects.toMatchObject({ code: 'cancelled' })
    controller.abort()
    await left
  })

  it('is waited for by calls for a second, all together, and by none that come later', async () => {
    const { catalogue, clock, asked } = aCatalogue({ models: [hanging], system: [page([novaUs])] })
    const ends: string[] = []
    void catalogue.ready()?.then(() => ends.push('first'))
    await clock.pass(900)
    void catalogue.ready()?.then(() => ends.push('second'))
    await clock.pass(99)
    expect(ends).toEqual([])
    await clock.pass(1)
    expect(ends).toEqual(['first', 'second'])
    expect(catalogue.ready()).toBeUndefined()
    await clock.pass(7_000)
    // What was read meanwhile is of use.
    expect(catalogue.view?.profileOf.get(nova.modelId)).toBe(novaUs.inferenceProfileId)
    expect(asked.models).toBe(1)
  })

  it('that could not be read is read again after 30 s, and holds up those calls alone that were refused', async () => {
    const { catalogue, clock, asked } = aCatalogue({
      models: [failing, hanging],
      system: [failing, hanging],
      application: [failing, hanging],
    })
    await catalogue.ready()
    const refused = { isRefused: true }
    expect([catalogue.ready(), catalogue.ready(refused), asked.models]).toEqual([undefined, undefined, 1])
    await clock.pass(29_999)
    expect([catalogue.ready(), catalogue.ready(refused), asked.models]).toEqual([undefined, undefined, 1])
    await clock.pass(1)
    expect([catalogue.ready(), asked.models]).toEqual([undefined, 2])
    let isOver = false
    void catalogue.ready(refused)?.then(() => (isOver = true))
    await clock.pass(999)
    expect(isOver).toBe(false)
    await clock.pass(1)
    expect([isOver, catalogue.ready(refused)]).toEqual([true, undefined])
  })
})
