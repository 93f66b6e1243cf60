/** The key in the documents' own curl. It opens nothing but the simulator, and only where no other key is configured. */
export const demoKey = 'sk-test123456789abcdef'

/** Routes that the simulator is shown with. */
export const demoRoutes = {
  fast: ['openai/gpt-4o-mini', 'bedrock/amazon.nova-lite-v1:0'],
  smart: ['bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'openai/gpt-4o'],
} as const

/** The documents' default model. */
export const demoModel = 'anthropic.claude-3-sonnet-20240229-v1:0'
