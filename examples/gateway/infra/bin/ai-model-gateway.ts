import { createApp } from '../lib/create-app.ts'
import { readSettings, SettingsError } from '../lib/read-settings.ts'

try {
  createApp(readSettings(process.env))
} catch (error) {
  if (!(error instanceof SettingsError)) throw error
  console.error(error.message)
  process.exitCode = 2
}
