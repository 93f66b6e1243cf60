import { ConfigurationError } from '../configuration-error.ts'
import { drillEnvironment } from '../drill/drill-environment.ts'
import { drillNotes } from '../drill/drill-notes.ts'
import { drillingOf } from '../drill/drill-routes.ts'
import { drillTable } from '../drill/drill-table.ts'
import { appGateway } from '../drill/drilled-gateway.ts'
import type { RoutePromise } from '../drill/route-promise.ts'
import { type DrillProgress, runDrill } from '../drill/run-drill.ts'
import { limitStoryIds, routeStories } from '../drill/stories.ts'
import type { Environment } from '../environment.ts'
import { planStart } from '../plan.ts'
import { drillHelp, parseDrillArguments } from './drill-arguments.ts'

/** Where a drill takes its configuration from and says what came of it. */
interface DrillTerminal {
  readonly environment: Environment
  /** For the table, or for machines. */
  readonly print: (line: string) => void
  /** For people: what is drilled, how far it is, what is wrong. */
  readonly tell: (line: string) => void
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number
}

const stories = [...routeStories, ...limitStoryIds]

/** `pnpm drill`. Gives its exit code: 0, 1 where a promise was broken, 2 for a configuration or command line that makes no sense. */
export async function runDrillCommand(args: readonly string[], terminal: DrillTerminal): Promise<number> {
  const { print, tell } = terminal
  const command = parseDrillArguments(args)
  if (command.name === 'help') {
    print(drillHelp(stories))
    return 0
  }
  if (command.name === 'fault') return faulty([command.message], tell)
  try {
    const { environment, unset } = drillEnvironment(terminal.environment)
    const original = planStart(environment)
    const { plan, providers, routes } = drillingOf(original, environment.AWS_REGION || undefined)
    const faults = [...unknownNames(command, routes)]
    if (faults.length > 0) return faulty(faults, tell)
    for (const note of drillNotes(original, unset)) tell(note)
    const report = await runDrill({
      plan,
      providers,
      routes: command.routes.length > 0 ? routes.filter(isNamedBy(command.routes)) : routes,
      open: appGateway(plan),
      stories: command.stories.length > 0 ? new Set(command.stories) : undefined,
      onProgress: progressTo(terminal),
    })
    const { rows, standIns } = report
    for (const [target, model] of standIns) tell(`The simulator has no ${target}: ${model} stands in for it.`)
    const broken = rows.filter(({ ok }) => !ok).length
    if (command.json) print(JSON.stringify({ ok: broken === 0, rows, standIns: Object.fromEntries(standIns) }, null, 2))
    else print(drillTable(rows))
    tell(broken === 0 ? `${rows.length} rows, all ok.` : `${rows.length} rows, ${broken} not ok.`)
    return broken === 0 ? 0 : 1
  } catch (error) {
    if (error instanceof ConfigurationError) return faulty(error.faults, tell)
    throw error
  }
}

function faulty(faults: readonly string[], tell: (line: string) => void): number {
  for (const fault of faults) tell(fault)
  return 2
}

/** Of a condition's list, too, where its route is named. */
function isNamedBy(names: readonly string[]): (promise: RoutePromise) => boolean {
  return ({ route }) => names.some(name => route === name || route.startsWith(`${name} when[`))
}

interface Named {
  readonly stories: readonly string[]
  readonly routes: readonly string[]
}

function* unknownNames(named: Named, routes: readonly RoutePromise[]): Generator<string> {
  for (const story of named.stories) {
    if (stories.some(({ id }) => id === story)) continue
    yield `--story: '${story}' is none; there are ${stories.map(({ id }) => id).join(', ')}.`
  }
  for (const name of named.routes) {
    if (routes.some(isNamedBy([name]))) continue
    yield `--route: '${name}' is none here; there are ${routes.map(({ route }) => route).join(', ')}.`
  }
}

const tellEveryMs = 2_000

/** Whoever waits is told every two seconds how far it is. */
function progressTo({ tell, now }: DrillTerminal): (progress: DrillProgress) => void {
  let toldAt = now()
  return ({ done, total, story, route }) => {
    if (now() - toldAt < tellEveryMs) return
    toldAt = now()
    tell(`${done} of ${total} rows; now ${story} at ${route} …`)
  }
}
