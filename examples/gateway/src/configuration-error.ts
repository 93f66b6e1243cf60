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
