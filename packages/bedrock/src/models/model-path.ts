import { GatewayError } from '@modelgate/core'

/**
 * The path of a model. A model id is one segment, ARNs included.
 * @throws {GatewayError} `model_not_found` for an id that a URL would swallow or cannot hold.
 */
export function modelPath(model: string): string {
  if (/^\.{0,2}$/.test(model) || !model.isWellFormed()) {
    throw new GatewayError('model_not_found', `'${model}' is no model id of Bedrock.`, { param: 'model' })
  }
  return `/model/${encodeSegment(model)}`
}

/** One segment of a path, percent-encoded strictly: `:` → `%3A`, an ARN's `/` → `%2F`. */
export function encodeSegment(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
}
