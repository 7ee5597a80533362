package target

import (
	"errors"
	"io/fs"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Mailbox is where the mails of a deployment can be read.
type Mailbox interface {
	// To returns the bodies of all mails to the address, oldest first.
	To(address string) ([]string, error)
}

// Folder is a Mailbox of .eml files, as a deployment without a mail server writes them.
type Folder string

// To reads the files in the order of their times.
func (f Folder) To(address string) ([]string, error) {
	entries, err := os.ReadDir(string(f))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(entries, byTime)
	var bodies []string
	for _, entry := range entries {
		body, err := f.read(entry.Name(), address)
		if err != nil {
			return nil, err
		}
		if body != "" {
			bodies = append(bodies, body)
		}
	}
	return bodies, nil
}

func byTime(a, b fs.DirEntry) int {
	x, errX := a.Info()
	y, errY := b.Info()
	if errX != nil || errY != nil {
		return strings.Compare(a.Name(), b.Name())
	}
	return x.ModTime().Compare(y.ModTime())
}

// read gives "" for a file that is no mail to the address, or not a whole one yet.
func (f Folder) read(name, address string) (string, error) {
	if filepath.Ext(name) != ".eml" {
		return "", nil
	}
	text, err := os.ReadFile(filepath.Join(string(f), name))
	if err != nil {
		return "", err
	}
	m, err := mail.ReadMessage(strings.NewReader(string(text)))
	if err != nil || !isTo(m, address) {
		return "", nil
	}
	_, body, _ := strings.Cut(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n\n")
	return body, nil
}

func isTo(m *mail.Message, address string) bool {
	list, err := m.Header.AddressList("To")
	return err == nil && slices.ContainsFunc(list, func(a *mail.Address) bool { return a.Address == address })
}
