/**
 * What was probably meant by a path that there is not, as a sentence behind another; empty where nobody can tell.
 * @param path without its slash where it is outside the base path that the gateway is mounted under
 * @param paths what is served
 */
export function pathHint(path: string, paths: readonly string[]): string {
  if (!path.startsWith('/')) return ' The gateway is mounted under a base path: addresses begin with it.'
  const meant = [`/v1${path}`, path.replace(/^\/v1\/v1\//, '/v1/')].find(each => each !== path && paths.includes(each))
  if (meant !== undefined)
    return ` ${meant} is there: the base URL of an OpenAI client ends in one /v1, and a base path of the gateway's before it.`
  const tidy = path.replace(/\/+/g, '/').replace(/\/$/, '').toLowerCase()
  if (tidy !== path && paths.includes(tidy))
    return ` ${tidy} is there: paths are taken as they are written, slashes and case included.`
  const mounted = paths.find(each => path.endsWith(each))
  if (mounted !== undefined)
    return ` ${mounted} is there: where ${path.slice(0, -mounted.length).slice(0, 100)} stands before it, the gateway is mounted with the option basePath.`
  if (path.startsWith('/v1/responses/')) return ' Responses are not kept: nothing can be asked of one later.'
  if (path === '/v1/completions') return ' Completions without messages are not served; call /v1/chat/completions.'
  if (path === '/v1/messages') return ' The Messages API of Anthropic is not served; clients call chat completions.'
  if (/^\/v1\/(files|batches)(\/|$)/.test(path))
    return ' Files and batches are served where the option `batches` is set.'
  return ''
}
