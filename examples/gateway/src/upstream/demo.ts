import type { Provider, Routes } from '@modelgate/core'
import type { Plan } from '../plan.ts'

/** The key that the demo's curl sends. It opens nothing but the simulator, and only where no other key is configured. */
export const demoKey = 'sk-test123456789abcdef'

const demoRoutes = {
  fast: ['openai/gpt-4o-mini', 'bedrock/amazon.nova-lite-v1:0'],
  smart: ['bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'openai/gpt-4o'],
} as const

const demoModel = 'anthropic.claude-3-sonnet-20240229-v1:0'

/** Routes that the simulator is shown with, to the providers there are. */
export function demoRoutesOf(
  providers: readonly Provider[],
): Readonly<Record<string, readonly `${string}/${string}`[]>> {
  const ids = providers.map(({ id }) => id)
  const routes = Object.entries(demoRoutes).map(([name, targets]) => {
    return [name, targets.filter(target => ids.includes(target.slice(0, target.indexOf('/'))))] as const
  })
  return Object.fromEntries(routes)
}

/** The routes of a plan: those that are configured, or in the demo its own. */
export function routesOf(
  { mode, config }: Pick<Plan, 'mode' | 'config'>,
  providers: readonly Provider[],
): Routes<readonly Provider[]> {
  return config.routes ?? (mode === 'simulator' ? demoRoutesOf(providers) : {})
}

/** The model of requests that name none, where Bedrock is there to answer it. */
export function demoModelOf(providers: readonly Provider[]): string | undefined {
  return providers.some(({ id }) => id === 'bedrock') ? demoModel : undefined
}
