/** How the process's environment says that the catalogue is served. */
export type Settings =
  | { readonly transport: 'stdio' }
  | { readonly transport: 'http'; readonly host: string; readonly port: number; readonly token: string | undefined }

/**
 * Reads the variables in the README's table that say where it is served. One that is set to nothing counts as not set.
 * @throws {Error} in one line
 */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const transport = environment.CATALOG_TRANSPORT || 'stdio'
  if (transport === 'stdio') return { transport }
  if (transport !== 'http') throw new Error(`CATALOG_TRANSPORT: must be 'stdio' or 'http', got '${transport}'.`)
  const port = environment.PORT || '3030'
  if (!/^\d+$/.test(port) || Number(port) > 65_535) {
    throw new Error(`PORT: must be a whole number from 0 to 65535, got '${port}'.`)
  }
  const host = environment.HOST || '127.0.0.1'
  const token = environment.CATALOG_TOKEN || undefined
  if (!token && !isLocal(host)) {
    throw new Error(`${host} can be reached by others; set CATALOG_TOKEN, or serve on 127.0.0.1.`)
  }
  return { transport, host, port: Number(port), token }
}

/** Whether nobody but this machine can reach it. */
export function isLocal(host: string): boolean {
  return host === '127.0.0.1' || host === '::1' || host === 'localhost'
}
