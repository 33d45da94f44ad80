// These scripts do what one command cannot. Each has one key, and runs on Redis 5 and later.

/** A counter without an expiry, whoever left it, would count for ever: it gets one. */
export const INCREMENT = `
local count = redis.call('INCR', KEYS[1])
if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return count`;

/**
 * Keeps of a bucket when it is full again, by the clock of Redis: those of the instances differ. What is further away
 * than its span comes from another clock or a larger capacity, and makes nobody wait for longer than an empty bucket.
 */
export const TAKE = `
local refill, span, count = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local full = math.min(math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now), now + span)
local wait = full + refill - span - now
if count >= 0 and wait > 0 then return wait end
full = full + count * refill
if full <= now then
  if count < 0 then redis.call('DEL', KEYS[1]) end
elseif count ~= 0 then
  redis.call('SET', KEYS[1], string.format('%.0f', full), 'PX', string.format('%.0f', full - now))
end
return 0`;

/** Puts an entry. The time of what is there only grows. */
export const PUT = `
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[3]) then redis.call('PEXPIRE', KEYS[1], ARGV[3]) end
return 1`;

/** The name among the entries under which the mark is. */
export const MARK = 'mark';

/** Entries and mark have one key, so that nothing comes between them. */
export const CLEAR = `
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], '${MARK}', ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1`;

/** A mark that is gone refuses nothing: whoever puts has not read it so long ago. */
export const PUT_UNLESS_CLEARED = `
local mark = redis.call('HGET', KEYS[1], '${MARK}')
if mark and mark ~= ARGV[4] then return 0 end${PUT}`;

/** Reads all entries. It is a script, because clients differ in what they make of the reply to the command. */
export const ENTRIES = `return redis.call('HGETALL', KEYS[1])`;
