package sqlitestore

// ListQuery and Statements are all the SQL that there is.
var (
	ListQuery  = listQuery
	Statements = []string{
		insertTicket, insertMessage, patchTicket, toTombstone, deleteMessages, deleteTombs,
		selectWhole, selectTicket, selectAfter, selectOpened, selectMessages, selectReply,
		finishRound, selectErased, selectDue, selectOwn, selectTombstone, eraseClient, renameAgent,
		selectReplies, addSavedReply, patchSavedReply, dropSavedReply, savePerson, selectPerson, deletePerson,
		deleteTerms, insertTerms,
		insertNote, insertStep, deleteNotes, deleteHistory, trimHistory, selectNotes, selectHistory, selectNote,
		renameNotes, renameAssignee, selectForAgents, nextNumber, raiseNumber, selectNumber, placeBefore, selectUnplaced, countUnplaced,
	}
)

// Migrations are those of every version so far.
var Migrations = migrations
