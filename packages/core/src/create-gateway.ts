import { checkOptions } from './check-options.ts'
import { checkRuntime } from './check-runtime.ts'
import { attemptOnion } from './gateway/attempt-onion.ts'
import { batchOnion } from './gateway/batch-onion.ts'
import { callOnion } from './gateway/call-onion.ts'
import { closing } from './gateway/closing.ts'
import { openDoor } from './gateway/open-door.ts'
import { createParts } from './gateway/parts.ts'
import { present } from './gateway/present.ts'
import { settingsOf } from './gateway/settings.ts'
import type { Gateway } from './gateway.ts'
import type { GatewayOptions, Routes, TargetName } from './gateway-options.ts'
import { createFetch } from './http/fetch-front.ts'
import { inProcess } from './in-process.ts'
import { spendingDesk } from './limits/budgets/budget-desk.ts'
import { listModels } from './list-models.ts'
import type { Provider } from './provider.ts'

/**
 * A gateway: one OpenAI-shaped door, in this process, to every provider it is given. Two gateways with different options live
 * side by side; nothing is shared and nothing is read at import.
 *
 * The call onion, once a call, outermost first (`gateway/call-onion.ts`, and below the router `gateway/attempt-onion.ts`). The door has
 * authenticated from the headers before it read the body.
 * ```
 * telemetry     reports every call once, rejections below included
 * check         the fields the gateway relies on; the default model
 * content       notes prompt and completion, where `logContent` asks for them
 * call signal   one clock: the caller leaves, the deadline passes, the gateway closes
 * permissions   principal → scope, allowed routes
 * idempotency   of calls with one key makes the first; the others get its answer, and go no further: they cost nothing
 * limits        requests and tokens, reserved at once, settled when the call has; the output cap of chats
 * budgets       the most the call may cost, reserved of its key and its tenant, settled with what it cost
 * use           layers of your own
 * context       facts added to the prompts of chats; what it may add is reserved with the limits
 * cache         what was answered before, and one upstream call for all who ask the same at the same time
 * router        resolves the model, tries its targets in its route's order, the same again after a pause; tells of refused credentials and retired models, which a fallback would hide
 *   guard       bulkhead, cool-down, circuit breaker: whether a target may be asked; told how its attempt ended
 *   budgets     reserved once more for what failed attempts have cost
 *   trace       a span for each attempt, where somebody follows calls
 *   connect     how long a connection may take, where it is said
 *   timeouts    a whole answer, where it is said; of streams: first content, silence; closes the upstream it gives up
 *   cost meter  what each attempt used and cost, failed and cancelled ones included
 *   provider    translates, calls, translates; no retry, no log, no policy
 * ```
 * @throws {GatewayError} `invalid_configuration`, one line for each fault.
 */
export function createGateway<
  const P extends readonly Provider[],
  const R extends Routes<NoInfer<P>, keyof R & string> = Record<never, never>,
>(options: GatewayOptions<P, R>): Gateway<(keyof R & string) | TargetName<P>> {
  checkRuntime()
  checkOptions(options)
  const settings = settingsOf(options)
  const parts = createParts(settings)
  const { limiter, budgeter, idempotency, cache, resilience, reporting } = parts
  const { context } = options
  context?.tellFailures(settings.onError)

  const handle = callOnion(settings, parts, attemptOnion(settings, parts))
  const batches = batchOnion(settings, parts, handle)
  const models = listModels({ ...settings, created: Math.floor(Date.now() / 1000) })
  const flushables = present([limiter, budgeter, cache, idempotency, ...reporting.flushables])
  const door = openDoor(settings, parts, { handle, batches, models, flushables })
  const close = closing(settings, parts, { batches, flushables })

  return {
    ...inProcess(handle),
    models: () => models({ origin: 'process', principal: undefined }),
    targets: resilience.targets,
    context: () => context?.health(),
    resetTargets: resilience.reset,
    budgets: spendingDesk(budgeter),
    metrics: () => reporting.metrics?.(),
    fetch: createFetch(door),
    door,
    close,
    [Symbol.asyncDispose]: () => close(),
  }
}
