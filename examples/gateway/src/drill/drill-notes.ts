import type { Plan } from '../plan.ts'
import { hasConditions } from './flat-routes.ts'
import { silenceMs } from './short-times.ts'

/** What a drill does otherwise than the gateway would, one line each. */
export function drillNotes({ config, settings, mode }: Plan, unset: readonly string[]): readonly string[] {
  return [...notesOf({ config, settings, mode }, unset)]
}

function* notesOf({ config, settings }: Pick<Plan, 'config' | 'settings' | 'mode'>, unset: readonly string[]) {
  const file = settings.configFile
  yield `Drilling ${file ?? 'the demo, as MODELGATE_CONFIG is not set'}: a simulator stands in for every provider, nothing real is called.`
  if (config.store && config.store.type !== 'memory')
    yield 'Limits are counted in memory, in place of the store that is configured.'
  if (config.requestLog) yield 'The request log is kept in memory, and nothing is written to yours.'
  if (config.batches) yield 'Files and batches are not drilled.'
  if (config.keys?.length || settings.hasApiKey || settings.apiKeyTable || settings.apiKeySecret)
    yield 'The door is opened by keys made for the drill; yours are not used.'
  if (unset.length > 0) yield `Not set, and not needed here, though a start needs it: ${unset.join(', ')}.`
  yield `In rows that wait for silence to end, upstreams are given up after ${silenceMs} ms, or sooner where the file says so.`
  if (hasConditions(config.routes ?? {}))
    yield 'Conditions are not drilled: each list of targets that one leads to is, as a route of its own.'
}
