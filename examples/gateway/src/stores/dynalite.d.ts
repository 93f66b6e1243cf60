declare module 'dynalite' {
  import type { Server } from 'node:http'

  /** What is not given a `path` is kept in memory. */
  export default function dynalite(options?: { readonly createTableMs?: number }): Server
}
