import { strict as assert } from 'node:assert'

/** One promise of a port, for any test framework. */
export interface PortCase {
  /** A sentence. */
  readonly name: string
  /** Resolves where the promise is kept, and rejects with what was not. */
  readonly run: () => Promise<void>
}

/** One that not everything behind the port can keep; the name says the reason, too, where the case is an exception. */
export interface ExceptablePortCase extends PortCase {
  /** Why it cannot be kept here. `run` tries all the same. */
  readonly exception: string | undefined
}

/** A case before it has its rig. */
export interface CaseOf<Rig> {
  readonly name: string
  readonly run: (rig: Rig) => Promise<void>
}

/** Cases that each make a rig of their own, and dispose of it. */
export function withRigs<Rig extends AsyncDisposable>(
  cases: readonly CaseOf<Rig>[],
  make: () => Rig | Promise<Rig>,
): readonly PortCase[] {
  return cases.map(({ name, run }) => ({
    name,
    async run() {
      await using rig = await make()
      await run(rig)
    },
  }))
}

/**
 * Cases that say which of them are exceptions.
 * @param exceptions by the case's name, why it cannot be kept
 * @throws {Error} for an exception whose case there is not
 */
export function withExceptions(
  cases: readonly PortCase[],
  exceptions: Readonly<Record<string, string>>,
): readonly ExceptablePortCase[] {
  const unknown = Object.keys(exceptions).filter(name => !cases.some(known => known.name === name))
  assert.deepEqual(unknown, [], 'These exceptions name no case.')
  return cases.map(({ name, run }) => {
    const exception = Object.hasOwn(exceptions, name) ? exceptions[name] : undefined
    return { name: exception === undefined ? name : `${name} (not kept: ${exception})`, exception, run }
  })
}
