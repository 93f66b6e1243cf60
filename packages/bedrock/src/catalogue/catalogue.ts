import { GatewayError, isGatewayError, unlessAborted } from '@modelgate/core'
import { type CatalogueView, type Listed, toCatalogueView } from './catalogue-view.ts'
import type { ControlPlane, ProfileType } from './control-plane.ts'
import { type ReadItems, readPages } from './read-pages.ts'

/** A listing that came whole is renewed after so long. */
const keepMs = 5 * 60_000
/** After a failure, or with a part missing, it is tried again after so long. */
const retryMs = 30_000
/** What a listing may take, throttled pages included; less than core waits for a provider's models. */
const loadMs = 8_000
/** What calls together wait for a first listing; from then on they go out without. */
const waitMs = 1_000

/** Of each list what is known; `undefined`: it was never read. */
type KnownLists = { readonly [Part in keyof Listed]?: Listed[Part] | undefined }

/** What a catalogue is put together from. */
interface CatalogueParts {
  readonly control: ControlPlane
  /** `undefined` while it is not known. */
  readonly region: () => string | undefined
  /** Whether application profiles are read, too. */
  readonly applicationProfiles: boolean
  readonly clock?: CatalogueClock | undefined
}

/** Time, so that tests can have their own. */
export interface CatalogueClock {
  /** Milliseconds that never go back. */
  now(): number
  /** Does something after so many milliseconds, unless it is called off, and keeps no process alive for it. */
  after(ms: number, act: () => void): () => void
}

const realClock: CatalogueClock = {
  now: () => performance.now(),
  after(ms, act) {
    const timer = setTimeout(act, ms).unref()
    return () => clearTimeout(timer)
  },
}

/**
 * What the control plane lists of models and profiles. It is asked by nobody but who needs it, once for all who ask meanwhile; what is
 * known stays while newer is fetched, and as long as it cannot be asked.
 */
export class Catalogue {
  readonly #parts: CatalogueParts
  readonly #clock: CatalogueClock
  #listed: KnownLists = {}
  #view: CatalogueView | undefined
  #pending: Promise<void> | undefined
  /** Over when the first listing is there, has failed, or has taken too long. */
  #wait: Promise<void> | undefined
  #fault: unknown
  #dueAt = Number.NEGATIVE_INFINITY
  /** Until the first listing has ended, or taken too long. */
  #isFirst = true

  constructor(parts: CatalogueParts) {
    this.#parts = parts
    this.#clock = parts.clock ?? realClock
  }

  /** What is known now, however old. */
  get view(): CatalogueView | undefined {
    return this.#view
  }

  /**
   * What a call waits for that would know more, a second at most for all calls together; `undefined`: nothing. Never rejects. While listings
   * fail one after the other, only those wait that were refused, and would fail.
   */
  ready({ isRefused = false }: { readonly isRefused?: boolean } = {}): Promise<void> | undefined {
    if (this.#clock.now() >= this.#dueAt) void this.#load()
    if (this.#view) return undefined
    return this.#isFirst || isRefused ? this.#wait : undefined
  }

  /**
   * For a list of models: at once where something is known, else what comes.
   * @throws {GatewayError} why models could not be listed; the signal's reason when it aborts
   */
  async list(signal: AbortSignal): Promise<CatalogueView> {
    const isDue = this.#clock.now() >= this.#dueAt
    const loading = isDue || !this.#listed.models ? this.#load() : undefined
    if (!this.#listed.models && loading) await unlessAborted(loading, signal)
    if (this.#view && this.#listed.models) return this.#view
    throw this.#fault ?? new GatewayError('upstream_unavailable', 'Bedrock did not list its models.')
  }

  #load(): Promise<void> {
    if (this.#pending) return this.#pending
    // A client of the SDK looks for its region when it is first asked.
    this.#parts.region()
    const pending = this.#read().finally(() => {
      this.#pending = undefined
      this.#wait = undefined
      this.#isFirst = false
      callOff()
    })
    const { promise: tooLong, resolve } = Promise.withResolvers<void>()
    const callOff = this.#clock.after(waitMs, () => {
      this.#wait = undefined
      this.#isFirst = false
      resolve()
    })
    this.#pending = pending
    this.#wait = Promise.race([pending, tooLong])
    return pending
  }

  async #read(): Promise<void> {
    const ending = new AbortController()
    const timedOut = new GatewayError('timeout_total', `Bedrock did not list its models within ${loadMs / 1_000} s.`)
    const callOff = this.#clock.after(loadMs, () => ending.abort(timedOut))
    this.#dueAt = Number.POSITIVE_INFINITY
    try {
      const { signal } = ending
      const time = { signal, endsAt: this.#clock.now() + loadMs }
      const { control, applicationProfiles } = this.#parts
      const profiles = (type: ProfileType) =>
        this.#pages(token => control.profiles(type, token, signal), time).then(withoutRefusal)
      const [models, system, application] = await Promise.all([
        this.#pages(() => control.foundationModels(signal), time),
        profiles('SYSTEM_DEFINED'),
        applicationProfiles ? profiles('APPLICATION') : { items: [] },
      ])
      this.#keep({ models, systemProfiles: system, applicationProfiles: application })
      this.#fault = models.fault
      const isWhole = [models, system, application].every(part => !('fault' in part))
      this.#dueAt = this.#clock.now() + (isWhole ? keepMs : retryMs)
    } catch (fault) {
      // A listing that is not what it should be fails the list, and no call.
      this.#fault = fault
      this.#dueAt = this.#clock.now() + retryMs
    } finally {
      callOff()
    }
  }

  #pages<Item>(
    ask: Parameters<typeof readPages<Item>>[0],
    { signal, endsAt }: { readonly signal: AbortSignal; readonly endsAt: number },
  ): Promise<ReadItems<Item>> {
    const leftMs = (): number => endsAt - this.#clock.now()
    const pause = (ms: number): Promise<void> => {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#clock.after(ms, resolve)
      return unlessAborted(promise, signal)
    }
    // A transport that does not heed the signal must not hold the listing.
    return readPages(token => unlessAborted(ask(token), signal), { signal, leftMs, pause })
  }

  /** A part that broke off adds to what was known of it; one that failed with nothing known stays unknown. */
  #keep(read: { readonly [Part in keyof Listed]: ReadItems<Listed[Part][number]> }): void {
    const listed: KnownLists = {
      models: kept(this.#listed.models, read.models, ({ modelId }) => modelId),
      systemProfiles: kept(this.#listed.systemProfiles, read.systemProfiles, profileId),
      applicationProfiles: kept(this.#listed.applicationProfiles, read.applicationProfiles, profileId),
    }
    this.#listed = listed
    const { models, systemProfiles, applicationProfiles } = listed
    if (!models && !systemProfiles && !applicationProfiles?.length) return
    this.#view = toCatalogueView(
      { models: models ?? [], systemProfiles: systemProfiles ?? [], applicationProfiles: applicationProfiles ?? [] },
      this.#parts.region(),
    )
  }
}

function profileId({ inferenceProfileId }: { readonly inferenceProfileId: string }): string {
  return inferenceProfileId
}

function kept<Item>(
  before: readonly Item[] | undefined,
  { items, ...rest }: ReadItems<Item>,
  idOf: (item: Item) => string,
): readonly Item[] | undefined {
  if (!('fault' in rest)) return items
  if (items.length === 0) return before
  return [...new Map([...(before ?? []), ...items].map(item => [idOf(item), item])).values()]
}

/** Roles made before inference profiles may list models only: then there are none. */
function withoutRefusal<Item>(read: ReadItems<Item>): ReadItems<Item> {
  const { fault } = read
  return isGatewayError(fault) && fault.code === 'upstream_auth_failed' ? { items: read.items } : read
}
