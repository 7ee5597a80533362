-- Counts an attempt. Answers how many more the window bears, -1 for one that was too many and was not counted, and how many
-- milliseconds the window lasts yet. It begins with the first attempt. One that would last longer than a window can was begun
-- while the clock was ahead: it is over.
local key, limit, window = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2])
local count, lasts = redis.call('GET', key), redis.call('PTTL', key)
if not count or lasts < 0 or lasts > window then count, lasts = nil, window end
if tonumber(count or 0) >= limit then return {-1, math.max(1, lasts)} end
if count then redis.call('INCR', key) else redis.call('SET', key, 1, 'PX', ARGV[2]) end
return {limit - tonumber(count or 0) - 1, lasts}
