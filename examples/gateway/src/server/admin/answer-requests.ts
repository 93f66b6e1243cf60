import { callIdOf, GatewayError, type RequestRecord } from '@modelgate/core'
import type { AppParts } from '../app-parts.ts'
import type { Answer, Asked } from '../app-route.ts'

/**
 * `GET /api/v1/admin/requests/{requestId}`: the logged calls that came with an id, newest first. What was asked and answered is left
 * out, also where the log has it: who administers a gateway need not read what its users write.
 */
export async function answerRequests({ params }: Asked, { requestLog }: AppParts): Promise<Answer> {
  const { requestId = '' } = params
  if (!requestLog?.find) {
    throw new GatewayError(
      'not_found',
      'This gateway keeps no request log that can be searched; REQUEST_LOG names one.',
    )
  }
  // What no call can have is not asked for: in a table there is more than calls.
  const isCallId = callIdOf({ 'x-request-id': requestId }) === requestId
  const records = isCallId ? await requestLog.find(requestId) : []
  if (records.length === 0) {
    const message = `The request log has no call '${requestId.slice(0, 128)}': it was never made, has not ended yet, or was forgotten.`
    throw new GatewayError('not_found', message, { param: 'requestId' })
  }
  return { status: 200, body: { object: 'list', data: records.map(withoutContent) } }
}

function withoutContent({ prompt: _prompt, completion: _completion, ...record }: RequestRecord): RequestRecord {
  return record
}
