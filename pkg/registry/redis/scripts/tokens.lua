-- What the scripts about tokens share. A user's hash maps each token's id to "accepted ends generation epoch session",
-- and "@run" to the server process that the tokens were registered in.
local key = KEYS[1]

-- The server's time in milliseconds.
local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- Names this process of the server; no file and no replica has the same.
local function process()
  return string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
end

local function read(entry)
  local accepted, ends, generation, epoch, session = string.match(entry, '^(%d) (%d+) (%-?%d+) (%-?%d+) (.*)$')
  return {accepted = accepted == '1', ends = tonumber(ends), generation = tonumber(generation), epoch = tonumber(epoch), session = session}
end

-- Calls visit(id, token) for everything in the hash, also for what has ended.
local function each(visit)
  local all = redis.call('HGETALL', key)
  for i = 1, #all, 2 do
    if all[i] ~= '@run' then visit(all[i], read(all[i + 1])) end
  end
end

-- Takes the tokens out for which the condition holds.
local function revoke(condition)
  each(function(id, token)
    if condition(token) then redis.call('HDEL', key, id) end
  end)
  return 0
end

