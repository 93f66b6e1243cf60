import { type Provider, priceBook } from '@modelgate/core'
import type { Config } from '../config/config-schema.ts'
import type { Plan } from '../plan.ts'
import { type DrillRow, playRow } from './drill-row.ts'
import { DrillUpstreams, type ProviderConfigs } from './drill-upstreams.ts'
import type { OpenGateway } from './drilled-gateway.ts'
import { type DrilledKey, drilledKeys, newDrillKey } from './drilled-keys.ts'
import type { DrillPrices } from './money.ts'
import type { RoutePromise } from './route-promise.ts'
import { Scene } from './scene.ts'
import { impatient } from './short-times.ts'
import { type LimitStory, limitStories } from './stories/limits.ts'
import { routeStories } from './stories.ts'
import type { Story } from './story.ts'

interface DrillOptions {
  /** Its configuration has been made drillable: flat routes, short pauses. */
  readonly plan: Plan
  readonly providers: ProviderConfigs
  readonly routes: readonly RoutePromise[]
  /** The gateway under drill. */
  readonly open: OpenGateway
  /** Ids of the stories to play. Default: all. */
  readonly stories?: ReadonlySet<string> | undefined
  /** What an upstream is waited for to close once its call has ended, in milliseconds. Default 5,000. */
  readonly closeMs?: number | undefined
  /** Told before each row. */
  readonly onProgress?: ((progress: DrillProgress) => void) | undefined
}

export interface DrillProgress {
  readonly done: number
  readonly total: number
  readonly story: string
  readonly route: string
}

interface DrillReport {
  readonly rows: readonly DrillRow[]
  /** Targets whose model the simulator does not have, and what stood in. */
  readonly standIns: ReadonlyMap<string, string>
}

/** A row that is still to be played. */
interface Task {
  readonly story: Story | LimitStory
  readonly key?: DrilledKey | undefined
}

/** Rows of several routes are played at once: most of their time is waiting for silence to end. */
const routesAtOnce = 4
const defaultCloseMs = 5_000

/** Plays the stories for the routes, each row against a gateway of its own, and judges what came of them. */
export async function runDrill(options: DrillOptions): Promise<DrillReport> {
  const standIns = new Map<string, string>()
  const jobs = options.routes.map(promise => ({ promise, tasks: tasksOf(promise, options) }))
  const total = jobs.reduce((sum, { tasks }) => sum + tasks.length, 0)
  let done = 0
  const rows: DrillRow[][] = []
  const waiting = [...jobs.entries()]
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, { promise, tasks }] = next
      const played: DrillRow[] = []
      rows[index] = played
      if (tasks.length === 0) continue
      await using upstreams = await DrillUpstreams.start(options.providers, promise)
      for (const [target, model] of upstreams.standIns) standIns.set(target, model)
      for (const task of tasks) {
        options.onProgress?.({ done, total, story: task.story.id, route: promise.route })
        played.push(await play(task, { upstreams, options, promise }))
        done += 1
      }
    }
  }
  await Promise.all(Array.from({ length: routesAtOnce }, worker))
  return { rows: rows.flat(), standIns }
}

/** Limits are a key's, and are drilled once, on the first route that the key may name. */
function tasksOf(promise: RoutePromise, { plan, routes, stories }: DrillOptions): readonly Task[] {
  const isWanted = ({ id, suits }: Story): boolean => (stories?.has(id) ?? true) && suits(promise)
  const isFirstOf = ({ allowedRoutes }: DrilledKey): boolean =>
    routes.find(({ route }) => allowedRoutes?.includes(route) ?? true) === promise
  const limits = drilledKeys(plan)
    .filter(isFirstOf)
    .flatMap(key => limitStories(key).map((story): Task => ({ story, key })))
  return [...routeStories.map((story): Task => ({ story })), ...limits].filter(({ story }) => isWanted(story))
}

interface Stage {
  readonly upstreams: DrillUpstreams
  readonly options: DrillOptions
  readonly promise: RoutePromise
}

async function play({ story, key: like }: Task, { upstreams, options, promise }: Stage): Promise<DrillRow> {
  const { config } = options.plan
  const upstream = upstreams.connect()
  const key = newDrillKey()
  await using gateway = await options.open({
    config: story.waits ? impatient(config) : config,
    upstream,
    keys: [
      {
        key,
        apiKeyId: 'drill',
        userId: 'drill',
        rateLimit: 'limits' in story ? story.limits : undefined,
        maxTokens: like?.maxTokens,
      },
    ],
  })
  upstreams.reset()
  const prices = pricesOf(config, upstream.providers)
  const scene = new Scene({ promise, upstreams, gateway, key, prices, closeMs: options.closeMs ?? defaultCloseMs })
  return await playRow(story, scene, prices)
}

function pricesOf({ prices = {} }: Config, providers: readonly Provider[]): DrillPrices {
  const book = priceBook(prices, providers)
  return (target, serviceTier) => {
    const slash = target.indexOf('/')
    const [provider, model] = [target.slice(0, slash), target.slice(slash + 1)]
    return book({ target, provider, model, terms: { serviceTier } })
  }
}
