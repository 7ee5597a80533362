package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"crm.example/pkg/archive"
	"crm.example/pkg/command"
	"crm.example/services/auth"
	"crm.example/services/ticket"
)

// The files of a folder, one per service: the services' own programs read and write the same ones.
const (
	userFile   = "auth.jsonl"
	ticketFile = "ticket.jsonl"
)

var errNoStdio = errors.New("name a folder: there are two files")

// export writes both services' files into a folder, whether the server runs or not. Tickets come first, so that the client of
// each is among the users, even if somebody signs up meanwhile.
func export(ctx context.Context, call command.Call) error {
	folder, settled := call.Args[0], call.Is("settled")
	if folder == archive.Stdio {
		return errNoStdio
	}
	s, err := load()
	if err != nil {
		return err
	}
	users, tickets, err := s.export(ctx, folder, settled)
	if err == nil {
		call.Log.InfoContext(ctx, "Exported", "users", users, "tickets", tickets)
	}
	return err
}

// export writes both files into the folder, or none. Tickets come first: a ticket in the file has its client in the other one.
func (s settings) export(ctx context.Context, folder string, settled bool) (users, tickets int, err error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return 0, 0, err
	}
	if err := archive.Create(filepath.Join(folder, ticketFile), nil, func(out io.Writer) (err error) {
		tickets, err = ticket.Export(ctx, s.ticket, out, settled)
		return err
	}); err != nil {
		return 0, 0, err
	}
	if err := archive.Create(filepath.Join(folder, userFile), nil, func(out io.Writer) (err error) {
		users, err = auth.Export(ctx, s.auth, out, settled)
		return err
	}); err != nil {
		return 0, 0, errors.Join(err, os.Remove(filepath.Join(folder, ticketFile)))
	}
	return users, tickets, nil
}

// restore is the command import. No server may run: it would keep the sessions of the users in its registry.
func restore(ctx context.Context, call command.Call) error {
	folder, resume := call.Args[0], call.Is("resume")
	if folder == archive.Stdio {
		return errNoStdio
	}
	s, err := load()
	if err != nil {
		return err
	}
	data, err := openFolder(s.own.Data)
	if err != nil {
		return err
	}
	alone, err := data.take()
	if err != nil {
		return err
	}
	defer data.release()
	if !alone {
		return fmt.Errorf("a server runs on the data in %s; stop it first", s.own.Data)
	}
	if err := s.completeSecret(data); err != nil { // a new folder gets it before there are users
		return err
	}
	return read(ctx, s, folder, resume, call)
}

func read(ctx context.Context, s settings, folder string, resume bool, call command.Call) error {
	var users auth.Imported
	var tickets ticket.Imported
	err := archive.Open(filepath.Join(folder, userFile), nil, func(in io.Reader) (err error) {
		users, err = auth.Import(ctx, s.auth, in, resume)
		return err
	})
	if err != nil {
		return err
	}
	err = archive.Open(filepath.Join(folder, ticketFile), nil, func(in io.Reader) (err error) {
		tickets, err = ticket.Import(ctx, s.ticket, in, resume)
		return err
	})
	if err != nil {
		return err
	}
	call.Log.InfoContext(ctx, "Imported", "users", users.Users, "tickets", tickets.Tickets, "there-before", users.There+tickets.There)
	return nil
}
