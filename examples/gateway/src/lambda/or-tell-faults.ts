import { ConfigurationError } from '../configuration-error.ts'

/** Lambda logs the first line of what a start throws, and no more: every fault is told before. */
export async function orTellFaults<T>(start: Promise<T>, tell: (line: string) => void): Promise<T> {
  try {
    return await start
  } catch (error) {
    if (error instanceof ConfigurationError) for (const fault of error.faults) tell(fault)
    throw error
  }
}
