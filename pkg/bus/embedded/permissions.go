package embedded

import "github.com/nats-io/nats-server/v2/server"

const (
	insider  = "service"
	stranger = "stranger"
	inbox    = "_SERVICE"
)

func permissions() *server.Permissions {
	return &server.Permissions{
		Publish:   &server.SubjectPermission{Allow: []string{"$JS.API.>", "$JS.ACK.>"}},
		Subscribe: &server.SubjectPermission{Allow: []string{"crm.>", "_INBOX.>"}},
	}
}
