import type { AttemptVerdict } from './attempt-verdict.ts'
import { admitted, answering, type BreakerState, closed, opened, probed } from './breaker-state.ts'
import type { BreakerSettings } from './circuit-breaker-options.ts'
import { EventWindow } from './event-window.ts'
import { targetUse } from './state-key.ts'

/** One target's breaker: what has become of its attempts, and where that puts it. */
export class TargetBreaker {
  readonly key: string
  /** When it was asked for last, counted in such questions. */
  lastUse = 0
  private readonly settings: BreakerSettings
  private readonly window: EventWindow
  private consecutiveFailures = 0
  private current: BreakerState = closed(0)

  constructor(key: string, settings: BreakerSettings) {
    this.key = key
    this.settings = settings
    this.window = new EventWindow(settings.slidingWindowMs)
  }

  get state(): BreakerState {
    return this.current
  }

  /** The epoch that the attempt's end must be told with; `undefined` where the attempt may not be made. */
  admit(): number | undefined {
    if (this.current.state === 'closed') return this.current.epoch
    const next = admitted(this.current, this.settings.now(), this.settings)
    if (next) this.become(next)
    return next?.epoch
  }

  /** The attempt streams. */
  answered(epoch: number): void {
    if (epoch === this.current.epoch && this.current.state === 'halfOpen') this.become(answering(this.current))
  }

  end(epoch: number, verdict: AttemptVerdict, hasAnswered: boolean = false): void {
    const { current, settings } = this
    if (epoch !== current.epoch) return
    const isDecided = verdict === 'success' || verdict === 'failure'
    if (current.state === 'halfOpen') {
      const ending = { nowMs: settings.now(), timing: settings, random: settings.random(), hasAnswered }
      this.become(probed(current, isDecided ? verdict : 'neutral', ending))
    } else if (current.state === 'closed' && isDecided) this.count(verdict === 'failure')
  }

  /** What is under way says nothing any more. */
  reset(): void {
    this.become(closed(this.current.epoch + 1))
    this.consecutiveFailures = 0
    this.window.clear()
  }

  /** In the window. */
  get failures(): number {
    return this.window.markedTotal(this.settings.now())
  }

  /** In the window; those that say nothing of the target aside. */
  get calls(): number {
    return this.window.total(this.settings.now())
  }

  private count(isFailure: boolean): void {
    const nowMs = this.settings.now()
    this.window.add(nowMs, isFailure)
    this.consecutiveFailures = isFailure ? this.consecutiveFailures + 1 : 0
    // A success may be the call that there were too few of, or come after others have left the window.
    if (!this.isDown(nowMs)) return
    const { settings } = this
    this.become(opened(this.current, nowMs, { timing: settings, random: settings.random() }))
  }

  private isDown(nowMs: number): boolean {
    const { failureThreshold, failureRateThreshold, minimumNumberOfCalls } = this.settings
    if (this.consecutiveFailures >= failureThreshold) return true
    const failures = this.window.markedTotal(nowMs)
    if (failures === 0) return false
    const calls = this.window.total(nowMs)
    return calls >= minimumNumberOfCalls && failures * 100 >= failureRateThreshold * calls
  }

  private become(next: BreakerState): void {
    const from = this.current.state
    this.current = next
    if (next.state === from) return
    if (next.state === 'closed') {
      this.consecutiveFailures = 0
      this.window.clear()
    }
    this.settings.onStateChange({ ...targetUse(this.key), from, to: next.state })
  }
}
