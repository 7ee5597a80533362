// Command standalone runs the whole CRM in one process: the gateway, the services behind it, and a real
// NATS server for consumers of events, with everything durable in one folder.
package main

import (
	"github.com/spf13/pflag"

	"crm.example/pkg/command"
)

func main() { program.Main() }

var program = command.Program{
	Name: "standalone", Settings: "STANDALONE_…, AUTH_…, TICKET_…, GATEWAY_… and NOTIFIER_…",
	Commands: []command.Command{
		{Words: "serve", Do: serve, Doc: "answer requests"},
		{Words: "config", Do: show, Doc: "show the effective settings, secrets masked; ends with 1 if serve refuses them"},
		{Words: "user grant-role", Flags: roleFlags, Do: grantRole,
			Doc: "give somebody who has signed up a role; works while the server runs and while it does not"},
		{Words: "demo", Do: demonstrate,
			Doc: "fill a fresh data folder with people and tickets of a made-up company, and say how to log in"},
		{Words: "keys rotate", Do: rotateKeys,
			Doc: "sign with a new key from AUTH_KEY_PROPAGATION on; works while the server runs and while it does not"},
		{Words: "export", Flags: command.Settled, Args: "FOLDER", Do: export,
			Doc: "write all users and tickets to files in a folder, beside a running server or not"},
		{Words: "import", Flags: command.Resume, Args: "FOLDER", Do: restore,
			Doc: "store what export wrote in an empty data folder, which ends all sessions"},
		{Words: "events rebuild", Do: rebuild,
			Doc: "announce all users and tickets as they are now, for streams that have lost their events;\nbeside a running server, which publishes them, or before it starts"},
		{Words: "erasures repeat", Args: "[FOLDER]", Do: repeatErasures,
			Doc: "erase deleted accounts again, after a restore from a backup that still has them; works while the\nserver runs and while it does not. FOLDER is the data folder in which the accounts were deleted,\nif that is another one"},
		command.Version(),
	},
}

func roleFlags(f *pflag.FlagSet) {
	f.String("email", "", "the user's `EMAIL`")
	f.String("role", "", "the role: `client|agent|admin`")
}
