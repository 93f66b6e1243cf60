import type { RequestRecord } from '../telemetry/request-log.ts'

/** A record of a completed chat with nothing else in it, for tests of a request log. */
export function testRecord(requestId: string, fields: Partial<RequestRecord> = {}): RequestRecord {
  return {
    requestId,
    timestamp: '2026-01-01T00:00:00.000Z',
    userId: null,
    tenant: null,
    keyId: null,
    tier: null,
    operation: 'chat',
    route: null,
    model: null,
    responseModel: null,
    provider: null,
    target: null,
    status: 'completed',
    errorCode: null,
    finishReason: null,
    stream: false,
    tokens: null,
    promptTokens: null,
    completionTokens: null,
    cachedTokens: null,
    usageSource: 'reported',
    cost: null,
    latency: 1,
    firstFrameMs: null,
    attempts: [],
    droppedParams: [],
    tags: {},
    ...fields,
  }
}
