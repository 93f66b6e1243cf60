import { availableParallelism } from 'node:os'
import { afterEach, expect, it, vi } from 'vitest'
import { benchCold } from '../src/cold/cold.ts'

afterEach(() => void vi.restoreAllMocks())

/** As for the bench itself: Linux, whose `taskset` gives each its core. */
const canMeasure = process.platform === 'linux' && availableParallelism() >= 2

it.skipIf(!canMeasure)(
  'the cold start of both bundles is told, with what they weigh and how they compare',
  async () => {
    const lines: string[] = []
    vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line))
    // How the ratio comes out on this machine, at this moment, is the bench's business.
    expect([0, 1]).toContain(await benchCold(1, ['modelgate', 'modelgate-sdk']))
    expect(lines).toEqual([
      expect.stringMatching(/^modelgate +first byte after \d+ ms +CPU \d+ ms$/),
      expect.stringMatching(/^modelgate-sdk +first byte after \d+ ms +CPU \d+ ms$/),
      expect.stringMatching(/^modelgate bundle +\d+ KB$/),
      expect.stringMatching(/^modelgate-sdk bundle +\d+ KB$/),
      expect.stringMatching(
        /^cold start +\d\.\d\d of the SDK client's \(CPU \d\.\d\d\); gate 0\.65, stretch 0\.55: \w+$/,
      ),
      expect.stringMatching(/^bundle +\d+ KB; gate 600: gate$/),
    ])
  },
)
