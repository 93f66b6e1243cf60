/** What is wrong with what stands for a transport, to be said after the option's name; `undefined` for a transport, and for none. */
export function transportFault(transport: unknown): string | undefined {
  if (transport === undefined) return undefined
  if (typeof transport === 'function') return `is a function; call it, as in ${transport.name || 'undici'}().`
  if (typeof transport === 'object' && transport !== null && 'send' in transport) return undefined
  return 'must be a transport, such as nodeTransport() or undici() gives.'
}
