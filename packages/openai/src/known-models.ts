/** So many are remembered; then the oldest is forgotten, at the price of one refused call. */
const maxRemembered = 1_000

/** Models of which something was learnt. Callers choose model ids: there is a most of them. */
export class KnownModels {
  private readonly names = new Set<string>()

  has(model: string): boolean {
    return this.names.has(model)
  }

  add(model: string): void {
    this.names.delete(model)
    this.names.add(model)
    const [oldest] = this.names
    if (this.names.size > maxRemembered && oldest !== undefined) this.names.delete(oldest)
  }
}
