/** Tokens that may have been given back, by span and sub-window: given again they would be let in twice. */
export interface DoubtfulRefund {
  readonly key: string
  readonly subWindow: number
  readonly tokens: number
}
