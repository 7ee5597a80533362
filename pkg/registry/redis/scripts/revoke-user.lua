return revoke(function(token) return token.epoch < tonumber(ARGV[1]) end)
