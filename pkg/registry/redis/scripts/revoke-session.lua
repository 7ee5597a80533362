return revoke(function(token) return token.session == ARGV[1] end)
