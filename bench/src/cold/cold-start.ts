/** How long a process took from its start to its first streamed byte. */
export interface ColdStart {
  readonly wallMs: number
  /** Of the process, Node's own start included. */
  readonly cpuMs: number
}
