-- Answers 1 if a token of the session's generation that has not ended was used.
local used, time = 0, now()
if redis.call('HGET', key, '@run') ~= process() then return 0 end
each(function(_, token)
  if token.accepted and token.session == ARGV[1] and token.generation == tonumber(ARGV[2]) and token.ends > time then used = 1 end
end)
return used
