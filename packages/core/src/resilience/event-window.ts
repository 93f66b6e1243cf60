/** The price of few slots: an event counts for up to a twelfth longer than the window. */
const slotCount = 12

/** How many events, and how many of them marked, came in the last `windowMs`: a ring of slots, nothing kept per event. */
export class EventWindow {
  private readonly slotMs: number
  private readonly all: number[] = Array(slotCount + 1).fill(0)
  private readonly marked: number[] = Array(slotCount + 1).fill(0)
  private slot = 0

  constructor(windowMs: number) {
    this.slotMs = windowMs / slotCount
  }

  add(nowMs: number, isMarked: boolean): void {
    this.roll(nowMs)
    const place = this.slot % this.all.length
    this.all[place] = (this.all[place] ?? 0) + 1
    if (isMarked) this.marked[place] = (this.marked[place] ?? 0) + 1
  }

  total(nowMs: number): number {
    this.roll(nowMs)
    return sum(this.all)
  }

  markedTotal(nowMs: number): number {
    this.roll(nowMs)
    return sum(this.marked)
  }

  clear(): void {
    this.all.fill(0)
    this.marked.fill(0)
  }

  /** Empties the slots that time has passed. A clock that goes back empties none. */
  private roll(nowMs: number): void {
    const slot = Math.floor(nowMs / this.slotMs)
    if (slot <= this.slot) return
    if (slot - this.slot >= this.all.length) this.clear()
    else {
      for (let passed = this.slot + 1; passed <= slot; passed += 1) {
        this.all[passed % this.all.length] = 0
        this.marked[passed % this.marked.length] = 0
      }
    }
    this.slot = slot
  }
}

function sum(counts: readonly number[]): number {
  let total = 0
  for (const count of counts) total += count
  return total
}
