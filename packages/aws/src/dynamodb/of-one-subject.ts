/** Marks an error of one subject's item, beside which the table is well: others go on being counted in it. */
export function ofOneSubject<Fault extends Error>(error: Fault): Fault {
  return Object.assign(error, { ofOneSubject: true })
}

/** Whether DynamoDB understood a request and could not carry it out on the item that is there, such as add to a text. */
export function isInvalid(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ValidationException'
}
