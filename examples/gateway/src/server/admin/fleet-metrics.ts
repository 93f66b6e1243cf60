import { GatewayError } from '@modelgate/core'
import { isIsoMoment } from '../../iso-moment.ts'
import type { AppParts } from '../app-parts.ts'
import { callsBody } from './calls-body.ts'

const hourMs = 3_600_000

/**
 * What all instances counted between two times, `from` and `to` in ISO 8601, in whole minutes: by default in the last hour.
 * @throws {GatewayError} `invalid_request` where instances share no counters, or for a time that is none, or times the wrong way round
 */
export async function fleetMetrics(query: URLSearchParams, { fleet, now }: AppParts): Promise<object> {
  if (!fleet) {
    const message =
      "scope: 'fleet' is not to be had here: no counters are kept where all instances see them; REQUEST_LOG=dynamodb keeps them."
    throw new GatewayError('invalid_request', message, { param: 'scope' })
  }
  const toMs = timeOf(query, 'to') ?? now()
  const fromMs = timeOf(query, 'from') ?? toMs - hourMs
  if (fromMs >= toMs) {
    const message = `from: must be before \`to\`, ${new Date(toMs).toISOString()}, got ${new Date(fromMs).toISOString()}.`
    throw new GatewayError('invalid_request', message, { param: 'from' })
  }
  const calls = await fleet.read({ fromMs, toMs })
  return { scope: 'fleet', from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString(), ...callsBody(calls) }
}

function timeOf(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name)
  if (text === null) return undefined
  if (isIsoMoment(text)) return Date.parse(text)
  const message = `${name}: must be a time with its zone as ISO 8601 writes it, such as 2026-11-20T22:00:00Z, got '${text.slice(0, 60)}'.`
  throw new GatewayError('invalid_request', message, { param: name })
}
