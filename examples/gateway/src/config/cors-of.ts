import type { Plan } from '../plan.ts'
import type { CorsOptions } from '../server/cors.ts'

/** Which web pages may call: the file's `cors`, with the origins of CORS_ORIGINS in place of its own. */
export function corsOf({ settings, config }: Pick<Plan, 'settings' | 'config'>): CorsOptions | undefined {
  const origins = settings.corsOrigins ?? config.cors?.origins
  return origins && { ...config.cors, origins }
}
