import { describe, expect, it } from 'vitest'
import { answerHeaderDocs } from '../src/openapi/answer-headers.ts'
import { type CorsOptions, corsHeaders, isPreflight, preflightHeaders } from '../src/server/cors.ts'

const page = 'https://app.example.com'
const listed: CorsOptions = { origins: [page, 'http://localhost:5173'] }

function ask(headers: Record<string, string>, options: CorsOptions = listed) {
  return preflightHeaders(options, { headers: { origin: page, ...headers } }, ['POST'])
}

describe('CORS on an answer', () => {
  it('names the origin that is listed, and what its page may read', () => {
    const headers = corsHeaders(listed, page)
    expect(headers).toMatchObject({ vary: 'Origin', 'access-control-allow-origin': page })
    expect(headers['access-control-expose-headers']?.split(', ')).toEqual(
      expect.arrayContaining(['x-request-id', 'retry-after', 'x-modelgate-cost-usd', 'x-ratelimit-remaining-tokens']),
    )
    expect(headers).not.toHaveProperty('access-control-allow-credentials')
  })

  it('lets a page read every header that the API’s document tells of, but those of refusals that browsers see to', () => {
    const exposed = corsHeaders(listed, page)['access-control-expose-headers']?.split(', ')
    const told = Object.keys(answerHeaderDocs).filter(name => name !== 'allow' && name !== 'www-authenticate')
    expect(exposed?.toSorted()).toEqual(told.toSorted())
  })

  it.each([
    ['none', undefined],
    ['another', 'https://evil.example.com'],
    ['one that ends alike', `https://evil-${page.slice('https://'.length)}`],
    ['one that begins alike', `${page}.evil.example`],
    ['another port', `${page}:8443`],
    ['another scheme', 'http://app.example.com'],
    ['that of a sandbox', 'null'],
    ['the star itself', '*'],
  ])('says nothing to %s but that it depends on the origin', (_name, origin) => {
    expect(corsHeaders(listed, origin)).toEqual({ vary: 'Origin' })
  })

  it('opens to all with a star, never with credentials', () => {
    const headers = corsHeaders({ origins: ['*'], credentials: true }, page)
    expect(headers['access-control-allow-origin']).toBe('*')
    expect(headers).not.toHaveProperty('access-control-allow-credentials')
    expect(headers).not.toHaveProperty('vary')
  })

  it('lets credentials come along where that is said', () => {
    expect(corsHeaders({ ...listed, credentials: true }, page)['access-control-allow-credentials']).toBe('true')
    expect(corsHeaders({ ...listed, credentials: true }, 'https://other.example')).toEqual({ vary: 'Origin' })
  })
})

describe('a preflight', () => {
  it('is an OPTIONS of a page that says which method it means', () => {
    const headers = { origin: page, 'access-control-request-method': 'POST' }
    expect(isPreflight({ method: 'OPTIONS', headers })).toBe(true)
    expect(isPreflight({ method: 'POST', headers })).toBe(false)
    expect(isPreflight({ method: 'OPTIONS', headers: { origin: page } })).toBe(false)
    expect(isPreflight({ method: 'OPTIONS', headers: { 'access-control-request-method': 'POST' } })).toBe(false)
  })

  it('is told methods, headers and for how long', () => {
    expect(ask({ 'access-control-request-headers': 'authorization,x-stainless-lang' })).toEqual({
      vary: 'Access-Control-Request-Headers, Origin',
      'access-control-allow-origin': page,
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'authorization,x-stainless-lang',
      'access-control-max-age': '600',
    })
    expect(ask({}, { ...listed, maxAgeSeconds: 0 })['access-control-max-age']).toBe('0')
  })

  it('of another origin is told nothing', () => {
    expect(Object.keys(ask({ origin: 'https://evil.example', 'access-control-request-headers': 'x' }))).toEqual([
      'vary',
    ])
  })

  it.each(['a\r\nset-cookie: x', 'ä', '(', 'x'.repeat(2_001)])(
    'does not repeat what is no list of headers: %j',
    wanted => {
      expect(ask({ 'access-control-request-headers': wanted })).not.toHaveProperty('access-control-allow-headers')
    },
  )
})
