/** A longer timer overflows and fires at once. https://nodejs.org/api/timers.html#settimeoutcallback-delay-args */
export const longestTimerMs: number = 2 ** 31 - 1
