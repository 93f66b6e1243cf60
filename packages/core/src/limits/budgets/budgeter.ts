import { conditionError } from '../../condition-error.ts'
import { lastFlushMs } from '../../flush.ts'
import { isPromise } from '../../is-promise.ts'
import type { KeptReservation } from '../../reserved-money.ts'
import { tellSafely } from '../../tell-safely.ts'
import { budgetError } from './budget-error.ts'
import { addBudgetHeaders, tightestOf } from './budget-headers.ts'
import { type BudgetHold, BudgetPermit } from './budget-permit.ts'
import { type PlanBudgets, type PlannedBudget, planBudgets } from './budget-plan.ts'
import { newStanding, periodEndMs, plus } from './budget-standing.ts'
import type { BudgetStanding, BudgetStore } from './budget-store.ts'
import { type BudgetSubject, BudgetSubjects } from './budget-subjects.ts'
import type { BudgetsOptions } from './budgets-options.ts'
import { DueBudgets } from './due-budgets.ts'
import { type DecidedBudget, GuardedBudgetStore } from './guarded-budget-store.ts'
import { type KnownBudget, knownBudgets, withDue } from './known-budgets.ts'
import { memoryBudgetStore } from './memory-budget-store.ts'
import { softLimitsReached } from './soft-limit.ts'

/** What budgets there are, and whom a budgeter tells. */
export interface BudgeterOptions extends BudgetsOptions {
  /** Told that the store fails, once a minute, and what a listener throws. */
  readonly onError: (error: unknown) => void
  /** Milliseconds of a clock that never goes back. Default: `performance.now()`. */
  readonly now?: (() => number) | undefined
  /** Milliseconds since 1970. Default: `Date.now`. */
  readonly wallNow?: (() => number) | undefined
}

/** So long a refusal is remembered: what calls under way give back may make room at any moment. */
const denialMs = 1_000

interface Decided extends DecidedBudget {
  readonly planned: PlannedBudget
  readonly subject: BudgetSubject
  /** {@link BudgetHold.letIn} */
  readonly letIn?: number | undefined
}

/** Lets calls in as their budgets have room for the most they may cost, and tells the store afterwards what they cost. */
export class Budgeter {
  readonly planOf: PlanBudgets
  readonly store: BudgetStore
  /** Of what is still to be told to the store. */
  private readonly home: string = crypto.randomUUID()
  private readonly now: () => number
  private readonly guard: GuardedBudgetStore
  private readonly subjects = new BudgetSubjects()
  private readonly due: DueBudgets
  private readonly options: BudgeterOptions
  private closed: Promise<void> | undefined

  constructor(options: BudgeterOptions) {
    const { onStoreError = 'local', expectedInstances = 1, storeTimeoutMs = 50, onError } = options
    const { now = () => performance.now(), wallNow = Date.now } = options
    this.options = options
    this.now = now
    this.planOf = planBudgets(options)
    this.store = options.store ?? memoryBudgetStore({ now: wallNow })
    this.guard = new GuardedBudgetStore({
      store: this.store,
      onStoreError,
      expectedInstances,
      storeTimeoutMs,
      now,
      wallNow,
      onError: cause =>
        onError(conditionError(`The budget store fails; calls go on with '${onStoreError}'.`, { cause })),
    })
    this.due = new DueBudgets(this.guard, this.subjects, now)
  }

  /**
   * Lets a call in that costs at most so much. At once where the store answers at once.
   * @param headers where its answer's headers are put, whether or not it is let in
   * @throws {GatewayError} `budget_exceeded`, `limits_unavailable`; the promise rejects with them.
   */
  reserve(
    plans: readonly PlannedBudget[],
    nanoUsd: number,
    headers: Record<string, string>,
  ): BudgetPermit | Promise<BudgetPermit> {
    for (const planned of plans) this.checkDenial(planned, nanoUsd, headers)
    const [first, ...rest] = this.reserveEach(plans, nanoUsd)
    if (first === undefined) throw new TypeError('A call without budgets reserves nothing.')
    if (rest.length === 0) {
      if (isPromise(first)) return first.then(decided => this.permit([decided], nanoUsd, headers))
      return this.permit([first], nanoUsd, headers)
    }
    const all = [first, ...rest]
    const known = all.filter((each): each is Decided => !isPromise(each))
    if (known.length === all.length) return this.permit(known, nanoUsd, headers)
    return this.permitLater(all, nanoUsd, headers)
  }

  /** Reserves for what may outlive this process: whichever sees its end tells {@link settleKept}. Rejects as {@link reserve} throws. */
  async reserveKept(plans: readonly PlannedBudget[], nanoUsd: number): Promise<KeptReservation> {
    const permit = await this.reserve(plans, nanoUsd, {})
    // A process that ends before the store is back has never told it: another would give back what was not counted.
    const home = permit.isStored ? this.store.home : this.home
    return home === undefined ? permit.kept() : { ...permit.kept(), home }
  }

  /** With what it cost. To be told once: what is given back twice could be spent twice. */
  settleKept({ nanoUsd, of, home }: KeptReservation, costNanoUsd: number): void {
    // What a process has in its memory knows nothing of what another, or the same before it was restarted, had in its own.
    const difference = home === this.store.home || home === this.home ? costNanoUsd - nanoUsd : costNanoUsd
    if (!Number.isSafeInteger(difference) || costNanoUsd < 0) return
    for (const { subject, day, resets } of of) {
      this.settle({ subject: this.subjects.get(subject), slot: { day, resets }, local: undefined }, difference)
    }
  }

  /** Writes what waits to be settled, within the store's time. */
  flush(): Promise<void> {
    return this.due.flush()
  }

  /** Writes what waits to be settled, for as long as the store takes it and there is time: what is left, nobody ever tells it. */
  close(timeoutMs: number = lastFlushMs): Promise<void> {
    // An app may close its gateway again as it lets go of all it opened.
    this.closed ??= this.tellLast(timeoutMs)
    return this.closed
  }

  private async tellLast(timeoutMs: number): Promise<void> {
    if (await this.due.close(timeoutMs)) return
    const message = `What calls have cost was not told to the budget store within ${timeoutMs} ms: it keeps what they had reserved there, and knows nothing of those that were let in without it.`
    this.options.onError(conditionError(message))
  }

  /** How the budgets stand of which this process has heard, without asking the store. */
  known(): KnownBudget[] {
    const { wallNow = Date.now } = this.options
    return knownBudgets(this.subjects.all(), wallNow())
  }

  /** How a subject stands, with all that this process has to tell of it. Rejects as the store does. */
  async standing(name: string): Promise<BudgetStanding> {
    const subject = this.subjects.get(name)
    await this.due.write(subject)
    // One that has just failed is told nothing for a second, and may be read for all that.
    return withDue(await this.store.read(name), subject)
  }

  /** Lets a subject begin anew. Rejects as the store does. */
  async reset(name: string): Promise<void> {
    const subject = this.subjects.get(name)
    await this.due.write(subject)
    await this.store.reset(name)
    this.due.drop(subject)
    subject.denial = undefined
    subject.local = undefined
    if (subject.last) subject.last = { ...newStanding(subject.last.day), resets: subject.last.resets + 1 }
    subject.toldUntilDay = 0
    subject.toldUntilMonth = 0
  }

  private checkDenial(planned: PlannedBudget, nanoUsd: number, headers: Record<string, string>): void {
    const { denial } = this.subjects.get(planned.subject)
    if (!denial || this.now() >= denial.until || nanoUsd < denial.nanoUsd || denial.limits !== planned.limits) return
    const tightest = tightestOf([{ planned, standing: denial.standing }])
    if (tightest) addBudgetHeaders(headers, tightest)
    throw budgetError({ ...denial, planned, nanoUsd })
  }

  /** One may be refused at once while another is still asked for: that one's answer would be nobody's, its reservation never given back. */
  private reserveEach(plans: readonly PlannedBudget[], nanoUsd: number): (Decided | Promise<Decided>)[] {
    const asked: (Decided | Promise<Decided>)[] = []
    try {
      for (const planned of plans) asked.push(this.reserveOne(planned, nanoUsd))
      return asked
    } catch (error) {
      void allEnds(asked).then(ends => this.giveBack(fulfilled(ends), nanoUsd))
      throw error
    }
  }

  private reserveOne(planned: PlannedBudget, nanoUsd: number): Decided | Promise<Decided> {
    const subject = this.subjects.get(planned.subject)
    subject.holder ??= planned.holder
    if (subject.limits !== planned.limits) subject.limits = planned.limits
    const reservation = { subject: planned.subject, limits: planned.limits, nanoUsd }
    const { letInLocally } = subject
    const asking = { reservation, due: this.due.take(subject), subject }
    const asked = this.guard.reserve(asking, this.due.putBack)
    const asks = { planned, subject, nanoUsd, letInLocally }
    if (!isPromise(asked)) return this.decided(asked, asks)
    return asked.then(decided => {
      // A store in memory knows better from one call to the next.
      if (decided.by === 'store' && !decided.allowed) {
        const { standing, timeMs } = decided
        const until = this.now() + Math.min(denialMs, periodEndMs(standing.day, 'day') - timeMs)
        subject.denial = { limits: planned.limits, nanoUsd, standing, timeMs, until }
      }
      return this.decided(decided, asks)
    })
  }

  /** Takes in what the store said; what it could not be told is owed to it. */
  private decided(decided: DecidedBudget, { planned, subject, nanoUsd, letInLocally }: Asked): Decided {
    const { by, allowed, standing, timeMs } = decided
    if (by === 'store') {
      this.due.learn(subject, standing, letInLocally)
      if (this.options.onSoftLimit) {
        const before = allowed ? plus(standing, -nanoUsd) : standing
        this.tellSoftLimits({ planned, standing: before, timeMs }, subject)
      }
    } else if (allowed) {
      subject.letInLocally += 1
      this.due.add(subject, standing, nanoUsd)
      return { ...decided, planned, subject, letIn: subject.letInLocally }
    }
    return { ...decided, planned, subject }
  }

  private async permitLater(
    asked: readonly (Decided | Promise<Decided>)[],
    nanoUsd: number,
    headers: Record<string, string>,
  ): Promise<BudgetPermit> {
    const ends = await allEnds(asked)
    const decided = fulfilled(ends)
    const failed = ends.find(end => end.status === 'rejected')
    if (!failed) return this.permit(decided, nanoUsd, headers)
    this.giveBack(decided, nanoUsd)
    throw failed.reason
  }

  private permit(decided: readonly Decided[], nanoUsd: number, headers: Record<string, string>): BudgetPermit {
    const isStored = decided.every(({ by }) => by === 'store')
    const tightest = isStored ? tightestOf(decided) : undefined
    if (tightest) addBudgetHeaders(headers, tightest)
    const refusal = decided.find(({ allowed }) => !allowed)
    if (refusal) {
      this.giveBack(decided, nanoUsd)
      throw budgetError({ ...refusal, nanoUsd })
    }
    const holds = decided.map(holdOf)
    const plans = decided.map(({ planned }) => planned)
    const reserve = (more: number) => this.reserve(plans, more, {})
    return new BudgetPermit({ holds, nanoUsd, headers, tightest, isStored, onSettled: this.settle, reserve })
  }

  /** What one budget had room for, and another had not. */
  private giveBack(decided: readonly Decided[], nanoUsd: number): void {
    for (const each of decided) if (each.allowed) this.settle(holdOf(each), -nanoUsd)
  }

  private readonly settle = ({ subject, slot, local, letIn = Infinity }: BudgetHold, nanoUsd: number): void => {
    if (nanoUsd < 0) subject.denial = undefined
    local?.settle([{ subject: subject.name, slot: { ...slot, resets: 0 }, nanoUsd }])
    // Else what it gives back would be taken for that of a call from before a reset.
    const resets = letIn <= subject.toldLocally ? subject.toldResets : slot.resets
    this.due.add(subject, { day: slot.day, resets }, nanoUsd)
  }

  private tellSoftLimits(seen: Parameters<typeof softLimitsReached>[0], subject: BudgetSubject): void {
    const { onSoftLimit, softLimit = 0.8, onError } = this.options
    if (!onSoftLimit) return
    for (const event of softLimitsReached(seen, subject, softLimit)) tellSafely(() => onSoftLimit(event), onError)
  }
}

interface Asked {
  readonly planned: PlannedBudget
  readonly subject: BudgetSubject
  readonly nanoUsd: number
  /** {@link BudgetSubject.letInLocally} when it was asked. */
  readonly letInLocally: number
}

function holdOf({ subject, standing: { day, resets }, local, letIn }: Decided): BudgetHold {
  return { subject, slot: { day, resets }, local, letIn }
}

function allEnds<T>(asked: readonly (T | Promise<T>)[]): Promise<PromiseSettledResult<T>[]> {
  return Promise.allSettled(asked.map(async each => each))
}

function fulfilled<T>(ends: readonly PromiseSettledResult<T>[]): readonly T[] {
  return ends.flatMap(end => (end.status === 'fulfilled' ? [end.value] : []))
}
