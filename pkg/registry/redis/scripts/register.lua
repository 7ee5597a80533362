-- Makes a token count, prunes those that have ended, and lets the key end with its last token.
local id, life, generation, epoch, session, most = unpack(ARGV)
local this, time = process(), now()
local run = redis.call('HGET', key, '@run')
if run and run ~= this then redis.call('DEL', key) end
if run ~= this then redis.call('HSET', key, '@run', this) end

local count, last, known, first = 0, 0, false, nil
each(function(other, token)
  if token.ends <= time then
    redis.call('HDEL', key, other)
    return
  end
  count, last, known = count + 1, math.max(last, token.ends), known or other == id
  if not first or token.ends < first.ends then first = {id = other, ends = token.ends} end
end)

if not known and tonumber(life) > 0 then
  if count >= tonumber(most) then redis.call('HDEL', key, first.id) end
  local ends = time + tonumber(life)
  redis.call('HSET', key, id, string.format('0 %.0f %s %s %s', ends, generation, epoch, session))
  last = math.max(last, ends)
end
redis.call('PEXPIREAT', key, string.format('%.0f', last)) -- one in the past removes the key
return 0
