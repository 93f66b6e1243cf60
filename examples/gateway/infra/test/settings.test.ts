import { describe, expect, it } from 'vitest'
import { createApp } from '../lib/create-app.ts'
import { checkContext, readSettings } from '../lib/read-settings.ts'

describe('the variables of a deployment', () => {
  it('are dev in us-east-1 unless told otherwise; what is set to nothing counts as not set', () => {
    const settings = { environment: 'dev', region: 'us-east-1', account: undefined }
    expect(readSettings({})).toMatchObject(settings)
    expect(readSettings({ ENVIRONMENT: '', CDK_DEFAULT_REGION: '' })).toMatchObject(settings)
  })

  it.each(['dev', 'staging', 'prod'])('may call it %s', environment => {
    expect(readSettings({ ENVIRONMENT: environment, CDK_DEFAULT_REGION: 'eu-west-1' })).toMatchObject({
      environment,
      region: 'eu-west-1',
    })
  })

  it('are refused with a line for each fault', () => {
    const wrong = {
      ENVIRONMENT: 'production',
      CDK_DEFAULT_REGION: 'Ireland',
      CDK_DEFAULT_ACCOUNT: '1',
      ALERT_EMAIL: 'ops',
      CORS_ORIGINS: 'app.example.com',
      OPENAI_PROVIDER_ENABLED: 'no',
    }
    expect(() => readSettings(wrong)).toThrow(
      [
        "ENVIRONMENT: must be dev, staging, prod, got 'production'.",
        "CDK_DEFAULT_REGION: must be a region such as eu-west-1, got 'Ireland'.",
        "CDK_DEFAULT_ACCOUNT: must be an account’s 12 digits, got '1'.",
        "ALERT_EMAIL: must be an e-mail address, got 'ops'.",
        "CORS_ORIGINS: must be origins, with commas, got 'app.example.com'.",
        "OPENAI_PROVIDER_ENABLED: must be true or false, got 'no'.",
      ].join('\n'),
    )
  })

  it('are all that there is to tell: what -c says is refused by its name, but for the CDK’s own', () => {
    const own = ['aws:cdk:version-reporting', '@aws-cdk/core:x', 'availability-zones:account=1:region=eu-west-1']
    expect(() => checkContext(own)).not.toThrow()
    expect(() => checkContext([...own, 'environment'])).toThrow(/^-c environment: this app reads no context; .*$/)
    expect(() => createApp(readSettings({}), { context: { enviroment: 'prod' } })).toThrow('-c enviroment: this app')
  })

  it('must leave something to call', () => {
    const nothing = { OPENAI_PROVIDER_ENABLED: 'false', BEDROCK_PROVIDER_ENABLED: 'false' }
    expect(() => readSettings(nothing)).toThrow('so there is nothing to call')
  })
})
