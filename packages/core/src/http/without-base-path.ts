/** A path as the door knows it, without the prefix that the gateway is mounted under; absent where it is not under it. */
export function withoutBasePath(path: string, basePath: string | undefined): string | undefined {
  if (!basePath) return path
  const prefix = basePath.endsWith('/') ? basePath.replace(/\/+$/, '') : basePath
  return prefix === '' || path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : undefined
}
