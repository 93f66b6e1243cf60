/**
 * The shapes of OpenAI's own ids, fine-tuned ones included. `gpt-oss` is not among them: its weights are open and OpenAI's API
 * does not serve it.
 * @see https://developers.openai.com/api/docs/models
 */
const ownIds: readonly RegExp[] = [
  /^(?:ft:)?gpt-(?!oss)/,
  /^(?:ft:)?o\d(?:-|:|$)/,
  /^chatgpt-/,
  /^codex-/,
  /^computer-use-/,
  /^text-embedding-/,
]

/** Whether a bare model id is OpenAI's, by its shape alone. */
export function claimsModel(model: string): boolean {
  return ownIds.some(shape => shape.test(model))
}
