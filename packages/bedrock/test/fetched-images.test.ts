import type { ChatMessage } from '@modelgate/core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { aChat, aRig, completionOf, type Rig, sonnet45 } from './a-call.ts'
import { anImageHost, type ImageHost } from './an-image-host.ts'
import { images } from './images.ts'

let host: ImageHost
let rig: Rig
beforeAll(async () => {
  host = await anImageHost()
  rig = await aRig({ fetchImages: { http: true, privateHosts: ['127.0.0.1'] } })
})
beforeEach(() => {
  ;(host.asked as unknown[]).splice(0)
  rig.simulator.reset()
})
afterAll(async () => {
  await rig[Symbol.asyncDispose]()
  await host[Symbol.asyncDispose]()
})

const named = (...paths: string[]): ChatMessage => ({
  role: 'user',
  content: [
    { type: 'text', text: 'Which?' },
    ...paths.map(path => ({ type: 'image_url' as const, image_url: { url: host.url + path, detail: 'low' as const } })),
  ],
})
const png = { image: { format: 'png', source: { bytes: images.png } } }
const webp = { image: { format: 'webp', source: { bytes: images.webp } } }
const sent = () => rig.simulator.requests().map(({ json }) => json)

describe('images by web address', () => {
  it('are sent as bytes in their places, each fetched once, and the request stays as it was', async () => {
    const messages = [named('/cat.png', '/cat.webp'), { role: 'assistant', content: 'b' } as const, named('/cat.png')]
    const call = aChat({ model: sonnet45, messages })
    const before = structuredClone(call.request)
    completionOf(await rig.chat(call))
    expect(sent()).toMatchObject([
      { messages: [{ content: [{ text: 'Which?' }, png, webp] }, {}, { content: [{ text: 'Which?' }, png] }] },
    ])
    expect(host.asked).toHaveLength(2)
    expect([...call.context.droppedParams]).toEqual(['messages.image_url.detail'])
    expect(new Set(host.asked.map(({ url }) => url))).toEqual(new Set(['/cat.png', '/cat.webp']))
    expect(call.request).toEqual(before)
  })

  it('that cannot be had refuse the call by their part, before anything goes upstream', async () => {
    const call = aChat({ model: sonnet45, messages: [named('/cat.png'), named('/gone')] })
    await expect(rig.chat(call)).rejects.toMatchObject({ code: 'invalid_request', param: 'messages[1].content[1]' })
    expect(sent()).toEqual([])
  })

  it('are not fetched for a model without vision, nor more than twenty of one request', async () => {
    const blind = aChat({ model: 'amazon.nova-micro-v1:0', messages: [named('/cat.png')] })
    await expect(rig.chat(blind)).rejects.toThrow('Nova Micro takes no images')
    const paths = Array.from({ length: 21 }, (_, index) => `/cat.png?${index}`)
    const many = aChat({ model: sonnet45, messages: [named(...paths)] })
    await expect(rig.chat(many)).rejects.toMatchObject({
      param: 'messages[0].content[21]',
      message: expect.stringContaining('at most 20 images of one request are fetched') as string,
    })
    expect([host.asked.length, sent()]).toEqual([0, []])
  })

  it('end with the call', async () => {
    const controller = new AbortController()
    const chat = rig.chat(aChat({ model: sonnet45, messages: [named('/silent')] }, controller.signal))
    await expect.poll(() => host.asked.length).toBe(1)
    controller.abort()
    await expect(chat).rejects.toMatchObject({ code: 'cancelled' })
    expect(sent()).toEqual([])
  })

  it.each([undefined, false])('are refused where `fetchImages` is %s', async fetchImages => {
    await using other = await aRig({ fetchImages })
    const call = aChat({ model: sonnet45, messages: [named('/cat.png')] })
    await expect(other.chat(call)).rejects.toMatchObject({
      code: 'invalid_request',
      param: 'messages[0].content[1]',
      message: expect.stringContaining('only a gateway set up with `fetchImages`') as string,
    })
    expect(host.asked).toHaveLength(0)
  })

  it('by default come from the public internet only', async () => {
    await using other = await aRig({ fetchImages: true })
    const messages = [named('/cat.png')]
    await expect(other.chat(aChat({ model: sonnet45, messages }))).rejects.toThrow('over https only')
  })
})
