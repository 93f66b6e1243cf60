/** Tells that a table cannot be used, which ends nothing. */
export function tellUnusable(tableName: string, warn: (sentence: string) => void): (error: unknown) => void {
  return error => {
    const reason = error instanceof Error ? error.message || error.name : String(error)
    warn(`The DynamoDB table ${tableName} cannot be used: ${reason}. It is tried again with the calls that come.`)
  }
}
