import type { Handler } from '@modelgate/core'
import type { Lane, ModelCapabilities } from './model-capabilities.ts'
import { baseModelOf } from './model-id.ts'

/** Lanes by the beginning of model ids, profile ids or ARNs. */
export type Lanes = Readonly<Record<string, Lane>>

/** What decides by which lane a model is called. */
interface LaneRules {
  /** The operator's choice; the longest prefix wins. */
  readonly lanes: Lanes | undefined
  /** The foundation model behind an id. */
  readonly baseOf: (model: string) => string
  readonly capabilitiesOf: (model: string) => ModelCapabilities
}

/** The lane of a model: the operator's choice, else what is known of the model. */
export function createLaneOf({ lanes, baseOf, capabilitiesOf }: LaneRules): (model: string) => Lane {
  const chosen = Object.entries(lanes ?? {}).sort(([a], [b]) => b.length - a.length)
  return model => {
    const base = baseModelOf(baseOf(model))
    const hit = chosen.find(([prefix]) => model.startsWith(prefix) || base.startsWith(prefix))
    return hit?.[1] ?? capabilitiesOf(model).lane
  }
}

/** One handler over all lanes. */
export function chatByLane(
  laneOf: (model: string) => Lane,
  handlers: Readonly<Record<Lane, Handler<'chat'>>>,
): Handler<'chat'> {
  return call => handlers[laneOf(call.request.model)](call)
}
