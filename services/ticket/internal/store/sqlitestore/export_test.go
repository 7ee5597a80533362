package sqlitestore

// ListQuery, CountQuery and Statements are all the SQL that there is.
var (
	ListQuery  = listQuery
	CountQuery = countQuery
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

// Facts are the statements of reports.
var Facts = []string{countOpened, countAnswers, selectClosings, selectFirst, countRatings, countWaiting}

// Migrations are those of every version so far.
var Migrations = migrations
