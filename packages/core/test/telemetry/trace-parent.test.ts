import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { traceParentOf } from '../../src/telemetry/trace-parent.ts'

const traceId = '0af7651916cd43dd8448eb211c80319c'
const spanId = 'b7ad6b7169203331'
const traceparent = `00-${traceId}-${spanId}-01`
const amazon = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1'

describe('the span that a request came from', () => {
  it.each([
    ['sampled', traceparent, true],
    ['not sampled', `00-${traceId}-${spanId}-00`, false],
    ['with flags of its own', `00-${traceId}-${spanId}-fe`, false],
    ['of a later version', `cc-${traceId}-${spanId}-01-what-comes`, true],
  ])('is told by traceparent, %s', (_, header, isSampled) => {
    expect(traceParentOf({ traceparent: header })).toEqual({ traceId, spanId, isSampled })
  })

  it('keeps tracestate, but not without a parent, and not without bounds', () => {
    expect(traceParentOf({ traceparent, tracestate: 'a=1' })).toMatchObject({ state: 'a=1' })
    expect(traceParentOf({ tracestate: 'a=1' })).toBeUndefined()
    expect(traceParentOf({ traceparent, tracestate: 'a'.repeat(8_193) })).not.toHaveProperty('state')
  })

  it.each([
    `00-${'0'.repeat(32)}-${spanId}-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `ff-${traceId}-${spanId}-01`,
    `00-${traceId.toUpperCase()}-${spanId}-01`,
    `00-${traceId}-${spanId}-01-more`,
    `${traceparent}, ${traceparent}`,
    'hello',
    '',
  ])('is not told by %s', header => {
    expect(traceParentOf({ traceparent: header })).toBeUndefined()
  })

  it('is told by X-Amzn-Trace-Id where no traceparent is valid', () => {
    const told = { traceId: '5759e988bd862e3fe1be46a994272793', spanId: '53995c3f42cd8ad8', isSampled: true }
    expect(traceParentOf({ 'x-amzn-trace-id': amazon })).toEqual(told)
    expect(traceParentOf({ 'x-amzn-trace-id': amazon, traceparent: 'hello' })).toEqual(told)
    expect(traceParentOf({ 'x-amzn-trace-id': amazon, traceparent })).toMatchObject({ traceId })
    const inOrderOfAnLoadBalancer = `Self=1-67891234-12456789abcdef012345678;${amazon.replace('Sampled=1', 'Sampled=0')}`
    expect(traceParentOf({ 'x-amzn-trace-id': inOrderOfAnLoadBalancer })).toEqual({ ...told, isSampled: false })
  })

  it.each(['Root=1-5759e988-bd862e3fe1be46a994272793', `${amazon.slice(0, 10)}`, amazon.replace('Root', 'Boot')])(
    'is not told by X-Amzn-Trace-Id: %s',
    header => {
      expect(traceParentOf({ 'x-amzn-trace-id': header })).toBeUndefined()
    },
  )

  it('is nothing but digits, whatever the headers are', () => {
    const header = fc.oneof(fc.string(), fc.constant(traceparent), fc.constant(amazon))
    const headers = fc.record({ traceparent: header, tracestate: fc.string(), 'x-amzn-trace-id': header })
    fc.assert(
      fc.property(headers, given => {
        const told = traceParentOf(given)
        if (!told) return
        expect(told.traceId).toMatch(/^[0-9a-f]{32}$/)
        expect(told.spanId).toMatch(/^[0-9a-f]{16}$/)
      }),
    )
  })
})
