import type { Capability } from '../capability.ts'
import type { TargetCapabilities } from '../target-capabilities.ts'
import type { CallFacts } from './call-facts.ts'
import type { Candidate } from './candidate.ts'

type Known = TargetCapabilities | undefined

/** What a target surely lacks for a call, the first of it; `undefined` where it may serve it. */
export function lackOf(known: Known, facts: CallFacts): Capability | undefined {
  if (!known) return undefined
  const { operations, tools, streaming, images, documents, audio } = known
  if (operations && !operations.includes(facts.call.operation)) return 'operation'
  if (tools === false && facts.needsTools) return 'tools'
  if (streaming === false && facts.stream) return 'streaming'
  if (images !== undefined && facts.images > images) return 'images'
  if (documents !== undefined && facts.documents > documents) return 'documents'
  if (audio !== undefined && facts.audio > audio) return 'audio'
  return undefined
}

/** Passes over those of a route's targets that cannot serve a call. Asks the provider once a target, at the route's first call. */
export class CapabilityFilter {
  readonly #candidates: readonly Candidate[]
  readonly #capabilitiesOf: (candidate: Candidate) => Known
  #known: ReadonlyMap<Candidate, Known> | undefined
  #differ = false
  /** The smallest window, where there is a larger one, or one that is not known. */
  #smallestWindow = Number.POSITIVE_INFINITY

  constructor(candidates: readonly Candidate[], capabilitiesOf: (candidate: Candidate) => Known) {
    this.#candidates = candidates
    this.#capabilitiesOf = capabilitiesOf
  }

  /** Whether all targets can do the same: no call needs to be looked at. */
  get isIdle(): boolean {
    this.#look()
    return !this.#differ
  }

  /**
   * Those that can, in their order, and then, apart, those whose window is probably too small: a prompt's length is only estimated.
   * Where none can, the first, which says why.
   */
  groups(candidates: readonly Candidate[], facts: CallFacts): readonly (readonly Candidate[])[] {
    const known = this.#look()
    const able = this.#differ
      ? candidates.filter(candidate => lackOf(known.get(candidate), facts) === undefined)
      : candidates
    if (able.length === 0) return [candidates.slice(0, 1)]
    if (!this.#mayBeTooLong(facts)) return [able]
    const fits = (candidate: Candidate): boolean => facts.promptTokens < windowOf(known.get(candidate))
    return [able.filter(fits), able.filter(candidate => !fits(candidate))]
  }

  /** A token is never less than a byte of the body: short ones need no estimate. */
  #mayBeTooLong({ call }: CallFacts): boolean {
    const { source, addableTokens } = call.context
    const bytes = source ? source.length + addableTokens : Number.MAX_VALUE
    return bytes > this.#smallestWindow
  }

  #look(): ReadonlyMap<Candidate, Known> {
    if (this.#known) return this.#known
    const known = new Map(this.#candidates.map(candidate => [candidate, this.#capabilitiesOf(candidate)]))
    const windows = [...known.values()].map(windowOf)
    const smallest = Math.min(...windows)
    this.#smallestWindow = windows.some(window => window > smallest) ? smallest : Number.POSITIVE_INFINITY
    this.#differ = new Set([...known.values()].map(value => JSON.stringify(value))).size > 1
    this.#known = known
    return known
  }
}

/** Tokens; without end where it is not known. */
export function windowOf(known: Known): number {
  return known?.contextTokens ?? Number.POSITIVE_INFINITY
}
