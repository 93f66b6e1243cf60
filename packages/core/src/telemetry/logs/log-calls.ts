import { statusOfCode } from '../../errors.ts'
import type { ReportListener } from '../telemetry.ts'
import type { Logger } from './logger.ts'

/** Logs every call that has settled: one that failed by our own or an upstream's fault as `warn`, the others as `debug`. */
export function logCalls(logger: Logger): ReportListener {
  return (report, { context }) => {
    const { callId: requestId, errorCode, status } = report
    const level = status === 'failed' && statusOfCode(errorCode ?? '') >= 500 ? 'warn' : 'debug'
    if (!logger.isOn(level)) return
    const { operation, route, target, stream, durationMs, firstFrameMs, tenant, keyId, attempts } = report
    const { idempotentReplay } = report
    // Given back: what an async one rejects with must be told, not end the process.
    return logger.log(level, `call ${status}`, {
      requestId,
      traceId: context.trace?.traceId,
      operation,
      route,
      target,
      stream,
      errorCode,
      idempotentReplay,
      durationMs,
      firstFrameMs,
      tenant,
      keyId,
      attempts: attempts.map(({ target: asked, code, durationMs: tookMs }) => ({
        target: asked,
        code,
        durationMs: tookMs,
      })),
    })
  }
}

/** What no caller may see, as `error`: what it was, with its stack and its causes. */
export function logErrors(logger: Logger): (error: unknown, requestId?: string) => void {
  return (error, requestId) => {
    const message = error instanceof Error ? error.message : `a ${typeof error} was thrown`
    return logger.log('error', message, { requestId, error: error instanceof Error ? error : typeof error })
  }
}
