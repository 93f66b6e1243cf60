/** The tier that a request is served by: `auto` is default. */
export function servedTier(asked: string | undefined): string {
  return asked === undefined || asked === 'auto' ? 'default' : asked
}
