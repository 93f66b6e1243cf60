/**
 * Settles, then counts a call in day and month or in neither, in one step of the server. The hash of a subject has its `day` (days since
 * 1970, UTC), what is spent in it (`d`) and in its month (`m`), and how often it was reset (`r`).
 *
 * `KEYS[1]` is the hash. `ARGV`: a time in milliseconds, or nothing for the server's own; `reserve`, `settle`, `read` or `reset`; what the
 * call may cost, the day's limit and the month's (each may be nothing); three values for each settlement (day, resets, billionths of a
 * dollar). Answers 1 or 0 for let in or not, the time, and the hash as it stands.
 *
 * A hash goes 62 days after it was written to: its month has passed then. The month of a day is found as in
 * https://howardhinnant.github.io/date_algorithms.html#civil_from_days
 */
export const redisBudgetScript = `
local key = KEYS[1]
local now = tonumber(ARGV[1])
if not now then
  local parts = redis.call('TIME')
  now = parts[1] * 1000 + math.floor(parts[2] / 1000)
end

local function monthOf(day)
  local shifted = day + 719468
  local era = math.floor(shifted / 146097)
  local ofEra = shifted - era * 146097
  local leaps = math.floor(ofEra / 1460) - math.floor(ofEra / 36524) + math.floor(ofEra / 146096)
  local year = math.floor((ofEra - leaps) / 365)
  local ofYear = ofEra - (365 * year + math.floor(year / 4) - math.floor(year / 100))
  return (era * 400 + year) * 12 + math.floor((5 * ofYear + 2) / 153)
end

local stored = redis.call('HMGET', key, 'day', 'd', 'm', 'r')
local today = math.floor(now / 86400000)
local day = tonumber(stored[1] or today)
local inDay, inMonth, resets = tonumber(stored[2] or 0), tonumber(stored[3] or 0), tonumber(stored[4] or 0)
local changed = false
if today > day then
  if monthOf(today) ~= monthOf(day) then inMonth = 0 end
  inDay, day = 0, today
end

for i = 6, #ARGV, 3 do
  local theirDay, amount = tonumber(ARGV[i]), tonumber(ARGV[i + 2])
  if amount >= 0 then
    inDay, inMonth = inDay + amount, inMonth + amount
  elseif tonumber(ARGV[i + 1]) == resets and monthOf(theirDay) == monthOf(day) then
    if theirDay == day then inDay = math.max(0, inDay + amount) end
    inMonth = math.max(0, inMonth + amount)
  end
  changed = true
end

local allowed = 1
if ARGV[2] == 'reset' then
  inDay, inMonth, resets, changed = 0, 0, resets + 1, true
elseif ARGV[2] == 'reserve' then
  local cost, ofDay, ofMonth = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
  if (ofDay and inDay + cost > ofDay) or (ofMonth and inMonth + cost > ofMonth) then
    allowed = 0
  elseif cost > 0 then
    inDay, inMonth, changed = inDay + cost, inMonth + cost, true
  end
end

if changed then
  redis.call('HSET', key, 'day', day, 'd', inDay, 'm', inMonth, 'r', resets)
  redis.call('PEXPIRE', key, 62 * 86400000)
end
return { allowed, now, day, inDay, inMonth, resets }
`
