-- Takes one token out.
return redis.call('HDEL', KEYS[1], ARGV[1])
