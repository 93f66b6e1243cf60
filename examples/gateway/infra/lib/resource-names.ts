/** The names of a deployment, under which people, alarms and scripts find it. */
export interface ResourceNames {
  readonly prefix: string
  readonly restApi: string
  readonly gatewayHandler: string
  readonly apiAuthorizer: string
  readonly productCatalog: string
  readonly webAcl: string
  /** Path in the Parameter Store, as `MODELGATE_SSM_PATH`. */
  readonly parameters: string
  readonly openAiSecret: string
}

/** `ai-gateway-dev-rest-api` and its kin; tables of the gateway's stores are named by `gatewayTables(prefix)`. */
export function resourceNames(environment: string): ResourceNames {
  const prefix = `ai-gateway-${environment}`
  return {
    prefix,
    restApi: `${prefix}-rest-api`,
    gatewayHandler: `${prefix}-gateway-handler`,
    apiAuthorizer: `${prefix}-api-authorizer`,
    productCatalog: `${prefix}-product-catalog`,
    webAcl: `${prefix}-web-acl`,
    parameters: `/${prefix}`,
    openAiSecret: `${prefix}/openai`,
  }
}
