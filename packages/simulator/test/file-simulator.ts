import { afterAll, beforeEach } from 'vitest'
import { type Simulator, startSimulator } from '../src/index.ts'

/** A simulator for the tests of one file: as new before each, closed behind the last. */
export async function fileSimulator(): Promise<Simulator> {
  const simulator = await startSimulator()
  beforeEach(() => simulator.reset())
  afterAll(() => simulator.close())
  return simulator
}
