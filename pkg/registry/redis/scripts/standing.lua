-- Answers 1 if the token counts, and notes nothing.
local entry, run = unpack(redis.call('HMGET', key, ARGV[1], '@run'))
if not entry or run ~= process() then return 0 end
local token = read(entry)
if not token.ends or token.ends <= now() then return 0 end
return 1
