package wire

import "crm.example/services/ticket/internal/ticket"

// SavedReply is one of those that agents share, over HTTP and in the archive.
type SavedReply struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Message string `json:"message"`
}

// SavedReplies are all of them.
type SavedReplies struct {
	Items []SavedReply `json:"items"`
}

// ReplyLine is a saved reply in the archive.
type ReplyLine struct {
	SavedReply SavedReply `json:"savedReply"`
}

// SavedReplyOf writes one.
func SavedReplyOf(r ticket.SavedReply) SavedReply {
	return SavedReply{ID: r.ID, Name: r.Name, Message: r.Text}
}

// SavedRepliesOf writes all of them.
func SavedRepliesOf(all []ticket.SavedReply) SavedReplies {
	items := make([]SavedReply, len(all))
	for i, r := range all {
		items[i] = SavedReplyOf(r)
	}
	return SavedReplies{Items: items}
}

// Restored is the saved reply of the line.
func (l ReplyLine) Restored() ticket.SavedReply {
	return ticket.SavedReply{ID: l.SavedReply.ID, Name: l.SavedReply.Name, Text: l.SavedReply.Message}
}
