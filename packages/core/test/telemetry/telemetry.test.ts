import { describe, expect, it, vi } from 'vitest'
import type { CallReport } from '../../src/call-report.ts'
import { type AnyHandler, compose } from '../../src/compose.ts'
import type { Outcome } from '../../src/contract.ts'
import { GatewayError } from '../../src/errors.ts'
import { completedOutcome } from '../../src/outcome.ts'
import { type ReportListener, telemetry } from '../../src/telemetry/telemetry.ts'
import { chatCall, rejection, turns } from '../support/calls.ts'

function reporting(handler: AnyHandler, ...more: readonly ReportListener[]) {
  const reports: CallReport[] = []
  const onListenerError = vi.fn<(error: unknown) => void>()
  const handle = compose([telemetry([...more, report => reports.push(report)], onListenerError)], handler)
  return { handle, reports, onListenerError }
}

const answering =
  (settled: Promise<Outcome>): AnyHandler =>
  () =>
    Promise.resolve({ kind: 'completion', settled } as never)
const done = answering(Promise.resolve(completedOutcome({})))

describe('telemetry', () => {
  it('reports a call when it has settled, not when it was answered', async () => {
    const { promise, resolve } = Promise.withResolvers<Outcome>()
    const { handle, reports } = reporting(answering(promise))
    await handle(chatCall())
    await turns()
    expect(reports).toEqual([])
    resolve(completedOutcome({ finishReason: 'stop' }))
    await turns()
    expect(reports).toMatchObject([{ status: 'completed', finishReason: 'stop' }])
  })

  it('reports a call that was rejected before it throws', async () => {
    const fault = new GatewayError('permission_denied', 'No.')
    const { handle, reports } = reporting(() => Promise.reject(fault))
    expect(await rejection(handle(chatCall()))).toBe(fault)
    expect(reports).toMatchObject([{ status: 'failed', errorCode: 'permission_denied' }])
  })

  it('does not know the cost of a call whose attempt nobody waited for', async () => {
    const call = chatCall()
    call.context.attempt = { target: 'us/nova', code: '', durationMs: 0 }
    const { handle, reports } = reporting(() => Promise.reject(new GatewayError('timeout_total', 'Late.')))
    await rejection(handle(call))
    expect(reports).toMatchObject([{ costUsd: null }])
  })

  it("tells the gateway's listeners and the call's own", async () => {
    const own: CallReport[] = []
    const { handle, reports } = reporting(done)
    await handle(chatCall({}, { listeners: [report => own.push(report)] }))
    await turns()
    expect(own).toEqual(reports)
  })

  it('fails no call for a listener that throws, tells who must know, and goes on with the next', async () => {
    const bug = new Error('disk full')
    const { handle, reports, onListenerError } = reporting(done, () => {
      throw bug
    })
    await handle(chatCall())
    await turns()
    expect(onListenerError).toHaveBeenCalledExactlyOnceWith(bug, expect.any(String))
    expect(reports).toHaveLength(1)
  })

  it('takes a listener that rejects, as an async one does, no worse: it must not end the process', async () => {
    const bug = new Error('disk full')
    const { handle, onListenerError } = reporting(done, async () => {
      await Promise.resolve()
      throw bug
    })
    await handle(chatCall())
    await turns()
    expect(onListenerError).toHaveBeenCalledExactlyOnceWith(bug, expect.any(String))
  })
})
