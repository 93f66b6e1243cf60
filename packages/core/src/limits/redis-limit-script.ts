/**
 * Counts a call in all of its windows or in none, and settles others, in one step of the server. The hash of a subject has `t`, the latest
 * time it was written at, and a field for each window: the number of the newest sub-window, then sub-window n at place n % 13.
 *
 * `KEYS[1]` is the hash. `ARGV`: a time in milliseconds, or nothing for the server's own; how many windows; four values for each of
 * them (field, length, quota, cost); four values for each settlement (field, length, slot, tokens). Answers 1 or 0 for let in or not,
 * the time, and each window's field as it stands.
 *
 * A hash goes once all that it holds has left its windows. It is written only where something was counted.
 */
export const redisLimitScript = `
local kept = 13
local key = KEYS[1]
local fields = redis.call('HGETALL', key)
local stored = {}
for i = 1, #fields, 2 do stored[fields[i]] = fields[i + 1] end

local now = tonumber(ARGV[1])
if not now then
  local parts = redis.call('TIME')
  now = parts[1] * 1000 + math.floor(parts[2] / 1000)
end
local time = math.max(now, tonumber(stored.t or '0'))

local windows = {}
local ttl, changed = 0, false

local function windowOf(field, windowMs)
  local window = windows[field]
  if window then return window end
  window = {}
  for number in string.gmatch(stored[field] or '', '%S+') do window[#window + 1] = tonumber(number) end
  for i = #window + 1, kept + 1 do window[i] = 0 end
  local current = math.floor(time * 12 / windowMs)
  local elapsed = math.min(current - window[1], kept)
  for step = 0, elapsed - 1 do window[(current - step) % kept + 2] = 0 end
  if elapsed > 0 then window[1] = current end
  windows[field] = window
  return window
end

local function count(window, windowMs, amount)
  if amount == 0 then return end
  local place = window[1] % kept + 2
  window[place] = window[place] + amount
  ttl, changed = math.max(ttl, math.ceil(windowMs * kept / 12)), true
end

local function giveBack(window, subWindow, amount)
  if subWindow > window[1] or subWindow <= window[1] - kept then return end
  local place = subWindow % kept + 2
  local returned = math.min(amount, window[place])
  if returned == 0 then return end
  window[place] = window[place] - returned
  changed = true
end

local afterWindows = 2 + 4 * tonumber(ARGV[2])
for i = afterWindows + 1, #ARGV, 4 do
  local windowMs, tokens = tonumber(ARGV[i + 1]), tonumber(ARGV[i + 3])
  local window = windowOf(ARGV[i], windowMs)
  if tokens < 0 then
    giveBack(window, math.floor(tonumber(ARGV[i + 2]) * 12 / windowMs), -tokens)
  else
    count(window, windowMs, tokens)
  end
end

local allowed = 1
for i = 3, afterWindows, 4 do
  local window = windowOf(ARGV[i], tonumber(ARGV[i + 1]))
  local used = tonumber(ARGV[i + 3])
  for place = 2, kept + 1 do used = used + window[place] end
  if used > tonumber(ARGV[i + 2]) then allowed = 0 end
end
if allowed == 1 then
  for i = 3, afterWindows, 4 do
    local windowMs = tonumber(ARGV[i + 1])
    count(windowOf(ARGV[i], windowMs), windowMs, tonumber(ARGV[i + 3]))
  end
end

local texts, writes = {}, { 't', time }
for field, window in pairs(windows) do
  texts[field] = table.concat(window, ' ')
  writes[#writes + 1] = field
  writes[#writes + 1] = texts[field]
end
if changed then
  redis.call('HSET', key, unpack(writes))
  if ttl > redis.call('PTTL', key) then redis.call('PEXPIRE', key, ttl) end
end

local answer = { allowed, time }
for i = 3, afterWindows, 4 do answer[#answer + 1] = texts[ARGV[i]] end
return answer
`
