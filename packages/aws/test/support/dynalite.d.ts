declare module 'dynalite' {
  import type { Server } from 'node:http'

  interface DynaliteOptions {
    /** Milliseconds a table is CREATING, UPDATING, DELETING; 500 unless told. */
    readonly createTableMs?: number
    readonly updateTableMs?: number
    readonly deleteTableMs?: number
  }

  export default function dynalite(options?: DynaliteOptions): Server
}
