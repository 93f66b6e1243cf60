/** The price of few slots: an event counts for up to a twelfth longer than the window. */
const slotCount = 12

/** How many events, and how many of them marked, came in the last `windowMs`: a ring of slots, nothing kept per event. */
export class EventWindow {
  private readonly slotMs: number
  private readonly all: number[] = Array(slotCount + 1).fill(0)
  private readonly marked: number[] = Array(slotCount + 1).fill(0)
  private slot = 0
  private allSum = 0
  private markedSum = 0

  constructor(windowMs: number) {
    this.slotMs = windowMs / slotCount
  }

  add(nowMs: number, isMarked: boolean): void {
    this.roll(nowMs)
    const place = this.slot % this.all.length
    this.all[place]! += 1
    this.allSum += 1
    if (!isMarked) return
    this.marked[place]! += 1
    this.markedSum += 1
  }

  total(nowMs: number): number {
    this.roll(nowMs)
    return this.allSum
  }

  markedTotal(nowMs: number): number {
    this.roll(nowMs)
    return this.markedSum
  }

  clear(): void {
    this.all.fill(0)
    this.marked.fill(0)
    this.allSum = 0
    this.markedSum = 0
  }

  /** Empties the slots that time has passed. A clock that goes back empties none. */
  private roll(nowMs: number): void {
    const slot = Math.floor(nowMs / this.slotMs)
    if (slot <= this.slot) return
    if (slot - this.slot >= this.all.length) this.clear()
    else {
      for (let passed = this.slot + 1; passed <= slot; passed += 1) {
        const place = passed % this.all.length
        this.allSum -= this.all[place]!
        this.markedSum -= this.marked[place]!
        this.all[place] = 0
        this.marked[place] = 0
      }
    }
    this.slot = slot
  }
}
