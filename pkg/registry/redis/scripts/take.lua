-- Counts an attempt and answers 0, or answers how many milliseconds the window lasts yet. The window begins with the first attempt.
local key, limit, window = KEYS[1], tonumber(ARGV[1]), ARGV[2]
local count = redis.call('GET', key)
if tonumber(count or 0) >= limit then
  return count and math.max(1, redis.call('PTTL', key)) or tonumber(window)
end
if count then redis.call('INCR', key) else redis.call('SET', key, 1, 'PX', window) end
return 0
