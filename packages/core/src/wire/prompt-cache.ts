/**
 * Extension field, not OpenAI's: Anthropic's mark for "cache the prompt up to here", as LiteLLM and OpenRouter also take it.
 * Stands on messages, content parts and tools; a provider without prompt caching drops it and says so in `droppedParams`.
 *
 * `ttl` defaults to `'5m'`; `'1h'` costs more to write.
 * @see https://docs.anthropic.com/en/docs/build-with-claude/prompt-caching
 */
export interface CacheControl {
  readonly type: 'ephemeral'
  readonly ttl?: '5m' | '1h'
}

/**
 * OpenAI's own mark for the end of a prompt prefix worth caching. It stands on content parts only.
 * @see https://developers.openai.com/api/docs/guides/prompt-caching
 */
export interface PromptCacheBreakpoint {
  readonly mode: 'explicit'
  readonly ttl?: '30m' | '12h'
}

/**
 * How OpenAI places prompt-cache breakpoints for the whole request: by itself, or only where the parts carry one.
 * @see https://developers.openai.com/api/docs/guides/prompt-caching
 */
export interface PromptCacheOptions {
  readonly mode?: 'implicit' | 'explicit'
  readonly ttl?: '30m'
}
