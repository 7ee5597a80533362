package main

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/nats-io/nats.go"

	"crm.example/pkg/bus/embedded"
	"crm.example/pkg/command"
	"crm.example/services/auth"
	"crm.example/services/ticket"
)

// repeatErasures is the command erasures repeat. It erases in the stores, which a running server may have open too, every user
// that is deleted in the streams of a data folder: this one, or the folder from which the backup was made.
func repeatErasures(ctx context.Context, call command.Call) error {
	s, err := load()
	if err != nil {
		return err
	}
	from, own := filepath.Clean(append(call.Args, s.own.Data)[0]), filepath.Clean(s.own.Data)
	if !exists(filepath.Join(from, "nats")) { // do not make an empty one
		return fmt.Errorf("there is no folder %s, so nobody was deleted in %s", filepath.Join(from, "nats"), from)
	}
	data, err := openFolder(from)
	if err != nil {
		return err
	}
	alone, err := data.take()
	if err != nil {
		return err
	}
	defer data.release()
	if !alone && from != own { // its port may be another one than ours
		return fmt.Errorf("a server runs on the data in %s; stop it first", from)
	}
	return repeatFrom(ctx, s, data, alone, call)
}

func repeatFrom(ctx context.Context, s settings, data *folder, alone bool, call command.Call) error {
	conn, closeBoth, err := streamsOf(data, s.own.NATSListen, alone)
	if err != nil {
		return err
	}
	defer closeBoth()
	if _, err := auth.RepeatErasures(ctx, s.auth, conn); err != nil {
		return err
	}
	accounts, err := ticket.RepeatErasures(ctx, s.ticket, conn)
	if err != nil {
		return err
	}
	if alone { // a server that runs has looked when it began
		if err := ticket.ReadPeopleAgain(ctx, s.ticket, conn); err != nil {
			return err
		}
	}
	call.Log.InfoContext(ctx, "The deletions are noted; a server on this data erases what it has of these accounts", "accounts", accounts)
	return nil
}

// streamsOf connects to the server that runs on the data, as consumers do, or to a NATS server that runs only for this command.
func streamsOf(data *folder, address string, alone bool) (conn *nats.Conn, closeBoth func(), err error) {
	if !alone {
		if conn, err = nats.Connect("nats://" + address); err != nil {
			return nil, nil, fmt.Errorf("a server runs on the data in %s, but not with its NATS on %s, as STANDALONE_NATS_LISTEN says: %w", data.path, address, err)
		}
		return conn, conn.Close, nil
	}
	server, err := embedded.Start(embedded.Options{Dir: data.in("nats"), Listen: "127.0.0.1:0"})
	if err != nil {
		return nil, nil, err
	}
	if conn, err = server.Connect(); err != nil {
		server.Shutdown()
		return nil, nil, err
	}
	return conn, func() { conn.Close(); server.Shutdown() }, nil
}
