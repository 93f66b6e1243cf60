/**
 * What a cache store does, in one step of the server. A hash has `v`, the value; `o`, the owner of a claim, else empty or not there; `x`, the
 * time in milliseconds from which it is not there any more. The server deletes it then.
 *
 * `KEYS[1]` is the hash. `ARGV`: what to do, a time in milliseconds or nothing for the server's own, the value, the owner, how long it is
 * to stand in milliseconds. `get` and `claim` answer with value and owner of what stands there, or with nothing; the others with 1 or 0
 * for whether it was done.
 *
 * The value is the first that a script writes: one that has written before, such as a `DEL`, is let go on beyond the server's `maxmemory`.
 */
export const redisCacheScript = `
local key, what, owner = KEYS[1], ARGV[1], ARGV[4]
local now = tonumber(ARGV[2])
if not now then
  local parts = redis.call('TIME')
  now = parts[1] * 1000 + math.floor(parts[2] / 1000)
end

local function write(ownedBy)
  local function set(call)
    return call('HSET', key, 'v', ARGV[3], 'x', string.format('%.0f', now + ARGV[5]), 'o', ownedBy)
  end
  local done = what == 'put' and set(redis.pcall) or set(redis.call)
  if type(done) == 'table' then
    if not string.find(done.err, 'WRONGTYPE', 1, true) then return done end
    redis.call('DEL', key)
    set(redis.call)
  end
  redis.call('PEXPIRE', key, ARGV[5])
  return 1
end

if what == 'put' then return write('') end
if what == 'delete' then return redis.call('DEL', key) end

local found = redis.call('HMGET', key, 'v', 'o', 'x')
local stands = found[1] and found[3] and tonumber(found[3]) > now

if what == 'get' or what == 'claim' then
  if stands then return { found[1], found[2] or '' } end
  if what == 'claim' then write(owner) end
  return {}
end
if not stands or found[2] ~= owner then return 0 end
if what == 'release' then return redis.call('DEL', key) end
write(what == 'renew' and owner or '')
return 1
`
