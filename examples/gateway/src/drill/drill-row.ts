import { type DrillPrices, moneyOf } from './money.ts'
import type { Scene } from './scene.ts'
import { describeSight } from './sight.ts'
import type { Played, Story } from './story.ts'
import { brokenPromises } from './truth.ts'

/** One line of the table. */
export interface DrillRow {
  readonly story: string
  readonly title: string
  readonly route: string
  /** What the client saw. */
  readonly saw: string
  /** Milliseconds that the call took which the row shows. */
  readonly ms: number
  /** Upstream calls by target. */
  readonly upstreamCalls: Readonly<Record<string, number>>
  /** US dollars; null where no price is known, absent where nothing was used. */
  readonly usd: number | null | undefined
  readonly isEstimate: boolean
  readonly ok: boolean
  /** The promises that were broken; empty where `ok`. */
  readonly broken: readonly string[]
  /** What the configuration's own choices come to. */
  readonly means: string | undefined
}

/** Plays a story, and judges it by its own promises and by those of every answer. */
export async function playRow(story: Story, scene: Scene, prices: DrillPrices): Promise<DrillRow> {
  const played = await story.play(scene)
  const broken = new Set(played.broken)
  if (!played.waitedForClose) await scene.closed()
  const open = scene.upstreams.calls().filter(({ record }) => record.outcome === 'open')
  for (const { target } of open) broken.add(`the upstream of ${target} was left open`)
  for (const asked of story.atOnce ? [] : scene.asked) {
    for (const fault of brokenPromises(asked, scene.promise.maxAttempts)) broken.add(fault)
    for (const fault of moneyOf(asked, prices).faults) broken.add(fault)
  }
  return { ...rowOf(story, scene, { played, prices }), ok: broken.size === 0, broken: [...broken] }
}

function rowOf(
  { id, title }: Story,
  { promise, upstreams }: Scene,
  { played, prices }: { readonly played: Played; readonly prices: DrillPrices },
): Omit<DrillRow, 'ok' | 'broken'> {
  const { shown, countsAll, saw, means } = played
  const calls = countsAll ? upstreams.calls() : shown.calls
  const money = moneyOf(shown, prices)
  return {
    story: id,
    title,
    route: promise.route,
    saw: saw ?? describeSight(shown.sight),
    ms: Math.round(shown.ms),
    upstreamCalls: Object.fromEntries(
      Object.entries(Object.groupBy(calls, ({ target }) => target)).map(([target, made = []]) => [target, made.length]),
    ),
    usd: 'usd' in played ? played.usd : money.usd,
    isEstimate: money.isEstimate,
    means,
  }
}
