import { type AddressInfo, createServer } from 'node:net'
import { GatewayError, isGatewayError } from '@modelgate/core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createImageFetcher, type FetchImagesOptions, type Resolve } from '../src/media/image-fetcher.ts'
import { anImageHost, type ImageHost } from './an-image-host.ts'
import { images } from './images.ts'

const at = 'messages[0].content[1]'
const never = new AbortController().signal
const local: FetchImagesOptions = { http: true, privateHosts: ['127.0.0.1', 'images.test'] }

let host: ImageHost
beforeAll(async () => {
  host = await anImageHost()
})
beforeEach(() => (host.asked as unknown[]).splice(0))
afterAll(() => host[Symbol.asyncDispose]())

/** Names lead where the test says; a name that it does not know does not resolve. */
function resolving(names: Readonly<Record<string, readonly string[]>>): Resolve & { readonly asked: string[] } {
  const asked: string[] = []
  const resolve: Resolve = name => {
    asked.push(name)
    const found = names[name]
    if (!found) return Promise.reject(new Error('ENOTFOUND'))
    return Promise.resolve(found.map(address => ({ address, family: address.includes(':') ? 6 : 4 })))
  }
  return Object.assign(resolve, { asked })
}

async function refusalOf(url: string, options: FetchImagesOptions = local, resolve = resolving({})): Promise<string> {
  try {
    await createImageFetcher(options, resolve)(url, at, never)
  } catch (error) {
    if (!isGatewayError(error)) throw error
    expect([error.code, error.status, error.param]).toEqual(['invalid_request', 400, at])
    expect(error.message).not.toMatch(/127\.0|169\.254|::1|secret/)
    return error.message
  }
  throw new Error('it was fetched')
}

describe('an image that is fetched', () => {
  it('is what its bytes are, whatever the server says', async () => {
    const fetch = createImageFetcher(local)
    expect(await fetch(`${host.url}/cat.png`, at, never)).toEqual({ format: 'png', base64: images.png })
    expect(await fetch(`${host.url}/cat.webp`, at, never)).toEqual({ format: 'webp', base64: images.webp })
  })

  it('comes from the address that was checked: its host is looked up once and never again', async () => {
    const resolve = resolving({ 'images.test': ['127.0.0.1'] })
    await createImageFetcher(local, resolve)(`http://images.test:${host.port}/cat.png`, at, never)
    expect(resolve.asked).toEqual(['images.test'])
    expect(host.asked[0]?.headers.host).toBe(`images.test:${host.port}`)
  })

  it('comes over TLS for the name that was asked for, from the address that was checked', async () => {
    const { promise: hello, resolve } = Promise.withResolvers<string>()
    const server = createServer(socket => {
      socket.on('error', () => {})
      socket.once('data', bytes => {
        resolve(bytes.toString('latin1'))
        socket.destroy()
      })
    })
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
    const { port } = server.address() as AddressInfo
    const names = resolving({ 'images.test': ['127.0.0.1'] })
    expect(await refusalOf(`https://images.test:${port}/`, local, names)).toContain('gave no answer')
    expect(await hello).toContain('images.test')
    server.close()
  })

  it('is asked for without cookies, credentials or compression', async () => {
    await createImageFetcher(local)(`${host.url}/cat.png?size=2`, at, never)
    const { method, url, headers } = host.asked[0] ?? {}
    expect([method, url]).toEqual(['GET', '/cat.png?size=2'])
    expect(headers).toMatchObject({ 'accept-encoding': 'identity', 'user-agent': 'modelgate' })
    expect(Object.keys(headers ?? {}).sort()).toEqual(['accept', 'accept-encoding', 'connection', 'host', 'user-agent'])
  })
})

describe('an address inside', () => {
  it.each([
    'https://127.0.0.1/a.png',
    'https://127.1/a.png',
    'https://2130706433/a.png',
    'https://0x7f000001/a.png',
    'https://017700000001/a.png',
    'https://[::1]/a.png',
    'https://[::ffff:127.0.0.1]/a.png',
    'https://[::ffff:7f00:1]/a.png',
    'https://0/a.png',
    'https://169.254.169.254/latest/meta-data/iam/security-credentials/',
    'https://[fd00:ec2::254]/latest/meta-data/',
    'https://10.0.0.1/a.png',
    'https://192.168.0.1:8443/a.png',
    'https://①②⑦.0.0.1/a.png',
  ])('is refused: %s', async url => {
    expect(await refusalOf(url, {})).toContain("the image's host is not on the public internet")
  })

  it.each<[string, string[]]>([
    ['a private address', ['10.1.2.3']],
    ['loopback', ['127.0.0.1']],
    ['a public and a private address', ['8.8.8.8', '192.168.0.1']],
    ['a mapped address', ['::ffff:127.0.0.1']],
    ['no address at all', []],
  ])('is refused by a name that leads to %s', async (_what, addresses) => {
    const resolve = resolving({ 'evil.test': addresses })
    expect(await refusalOf('https://evil.test/a.png', {}, resolve)).toContain('not on the public internet')
  })

  it('is refused by a name that may be private, too, where it is link-local', async () => {
    const resolve = resolving({ 'images.test': ['169.254.169.254'] })
    expect(await refusalOf('http://images.test/a.png', local, resolve)).toContain('not on the public internet')
  })

  it('is refused for every host that is not named as private', async () => {
    const resolve = resolving({ 'other.test': ['127.0.0.1'] })
    expect(await refusalOf(`http://other.test:${host.port}/cat.png`, local, resolve)).toContain('not on the public')
    expect(host.asked).toHaveLength(0)
  })
})

describe('an address that is not fetched', () => {
  it.each([
    ['http://images.test/a.png', {}, 'images are fetched over https only, not http'],
    ['ftp://images.test/a.png', local, 'images are fetched over https only, not ftp'],
    ['file:///etc/passwd', local, 'images are fetched over https only, not file'],
    ['https://me:secret@images.test/a.png', {}, 'with a user name or password'],
    ['https://', {}, "the image's address is malformed"],
    ['https://nowhere.test/a.png', {}, "the name of the image's host does not resolve"],
  ])('%s', async (url, options, saying) => {
    expect(await refusalOf(url, options)).toContain(saying)
  })
})

describe('an answer that is no image to be sent', () => {
  it.each([
    ['/moved', 'leads to another, which is not followed'],
    ['/gone', 'answered 404'],
    ['/zipped', 'sends it compressed'],
    ['/page.html', 'no PNG, JPEG, GIF or WebP'],
    ['/announced', 'larger than the 3.75 MB'],
    ['/flood', 'larger than the 3.75 MB'],
    ['/broken', "the connection to the image's host broke"],
  ])('%s', async (path, saying) => {
    expect(await refusalOf(host.url + path)).toContain(saying)
    expect(host.asked).toHaveLength(1)
  })

  it('is a server that speaks no TLS', async () => {
    expect(await refusalOf(host.url.replace('http:', 'https:'))).toContain("the image's host gave no answer")
  })

  it.each(['/silent', '/slow'])('is one that does not come in time: %s', async path => {
    expect(await refusalOf(host.url + path, { ...local, timeoutMs: 50 })).toContain('did not come within 50 ms')
  })

  it('is one whose host is not found in time', async () => {
    const resolve: Resolve = () => new Promise(() => {})
    const fetch = createImageFetcher({ timeoutMs: 20 }, resolve)
    await expect(fetch('https://images.test/a.png', at, never)).rejects.toThrow('did not come within 20 ms')
  })
})

describe('a call that ends', () => {
  it.each(['/silent', '/slow'])('ends the fetch for its own reason: %s', async path => {
    const controller = new AbortController()
    const fetching = createImageFetcher(local)(host.url + path, at, controller.signal)
    await expect.poll(() => host.asked.length).toBe(1)
    const reason = new GatewayError('cancelled', 'The client left.')
    controller.abort(reason)
    await expect(fetching).rejects.toBe(reason)
    await expect.poll(() => host.asked[0]?.socket.destroyed).toBe(true)
  })
})
