import { isGatewayError } from '@modelgate/core'

/** What is wrong with the configuration, one line a fault: all of them, so that one start finds all. */
export class ConfigurationError extends Error {
  readonly faults: readonly string[]

  constructor(faults: readonly string[], options?: ErrorOptions) {
    super(faults.join('\n'), options)
    this.name = 'ConfigurationError'
    this.faults = faults
  }
}

/**
 * What `make` makes.
 * @param line what is told of one of its faults; default: the fault as it is
 * @throws {ConfigurationError} where it finds its options wrong.
 */
export function configured<T>(make: () => T, line = (fault: string): string => fault): T {
  try {
    return make()
  } catch (error) {
    if (isGatewayError(error) && error.code === 'invalid_configuration') {
      throw new ConfigurationError(error.message.split('\n').map(line))
    }
    throw error
  }
}

/** What is made, and where in the configuration its options stand. */
export type Made<T> = readonly [place: string, make: () => T]

/**
 * What each of them makes.
 * @throws {ConfigurationError} with the faults of all, each by its place.
 */
export function configuredEach<T>(all: readonly Made<T>[]): T[] {
  const faults: string[] = []
  const made = all.flatMap(([place, make]) => {
    try {
      return [configured(make, fault => `${place}: ${fault}`)]
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error
      faults.push(...error.faults)
      return []
    }
  })
  if (faults.length > 0) throw new ConfigurationError(faults)
  return made
}
