/** As of breakers: beyond it, targets that have nothing under way are forgotten. */
const maxTargets = 1_000

/** How many attempts a target has under way. Whoever began one takes it off again. */
export interface AttemptCount {
  attempts: number
}

/** Attempts under way by target. Callers may choose model ids, so targets at rest do not stay for ever. */
export class UnderWay {
  private readonly counts = new Map<string, AttemptCount>()

  begin(key: string): AttemptCount {
    const count = this.counts.get(key) ?? this.add(key)
    count.attempts += 1
    return count
  }

  /** Targets with attempts under way, and how many. */
  *all(): Generator<readonly [string, number]> {
    for (const [key, { attempts }] of this.counts) if (attempts > 0) yield [key, attempts]
  }

  private add(key: string): AttemptCount {
    if (this.counts.size >= maxTargets) {
      for (const [known, { attempts }] of this.counts) if (attempts === 0) this.counts.delete(known)
    }
    const count: AttemptCount = { attempts: 0 }
    this.counts.set(key, count)
    return count
  }
}
