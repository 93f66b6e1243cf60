/**
 * What a model thought, as text to show: `reasoning_content`, or `reasoning`, as OpenRouter and newer vLLM call it. Servers that use both
 * say the same twice.
 */
export function shownReasoning(said: { readonly reasoning_content?: unknown; readonly reasoning?: unknown }): string {
  const { reasoning_content: content, reasoning } = said
  if (typeof content === 'string' && content !== '') return content
  return typeof reasoning === 'string' ? reasoning : ''
}
