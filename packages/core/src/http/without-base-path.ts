/** A path as the door knows it, without the prefix that the gateway is mounted under; absent where it is not under it. */
export function withoutBasePath(path: string, basePath: string | undefined): string | undefined {
  if (!basePath) return path
  const prefix = basePath.startsWith('/') && !basePath.endsWith('/') ? basePath : tidy(basePath)
  return prefix === '' || path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : undefined
}

/** `llm/` is `/llm`: nothing else can be meant by it. */
function tidy(basePath: string): string {
  const bare = basePath.replace(/^\/+|\/+$/g, '')
  return bare === '' ? '' : `/${bare}`
}

/** A path that is not under the base path, for the door to refuse by its name: without its slash it is none of the door's own. */
export function outsidePath(path: string): string {
  return path.replace(/^\/+/, '')
}
