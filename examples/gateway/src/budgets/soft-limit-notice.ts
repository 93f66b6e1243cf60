import type { SoftLimitEvent } from '@modelgate/core'

/** Tells the operator, once a period and subject, that most of a budget is spent. */
export function softLimitNotice(warn: (sentence: string) => void): (event: SoftLimitEvent) => void {
  return ({ of, name, period, limitUsd, spentUsd, resetAt }) =>
    warn(
      `The ${of} ${JSON.stringify(name.slice(0, 128))} has spent ${spentUsd} of its budget of ${limitUsd} US dollars a ${period}, which begins anew at ${resetAt}.`,
    )
}
