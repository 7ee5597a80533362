package sqlitestore

// Statements are all that the store ever runs, by name.
var Statements = map[string]string{
	"insertUser": insertUser, "userByID": userByID, "userByEmail": userByEmail, "updateUser": updateUser, "eraseUser": eraseUser, "usersToRevoke": usersToRevoke, "usersAfter": usersAfter, "selectAgents": selectAgents,
	"insertSession": insertSession, "sessionByID": sessionByID, "updateSession": updateSession, "sessionsRevoke": sessionsRevoke, "expireSessions": expireSessions,
	"insertRequest": insertRequest, "requestByID": requestByID, "requestDue": requestDue, "updateRequest": updateRequest, "removeRequest": removeRequest, "expireRequests": expireRequests,
	"usersErased": usersErased, "markTombstone": markTombstone, "laterTombstone": laterTombstone, "dropTombstone": dropTombstone, "removeSessions": removeSessions,
	"selectKeys": selectKeys, "insertKey": insertKey, "removeKey": removeKey,
}

// Migrations are those of every version so far.
var Migrations = migrations
