package main

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"
)

// folder is the data folder. Only one process at a time may serve it.
type folder struct {
	path string
	lock *flock.Flock
}

// openFolder opens the folder. If it does not exist, it makes it, for this user only.
func openFolder(path string) (*folder, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, fmt.Errorf("STANDALONE_DATA: %w", err)
	}
	return &folder{path: path, lock: flock.New(filepath.Join(path, "lock"), flock.SetPermissions(0o600))}, nil
}

// take tells whether the folder is now ours. When the process ends in any way, the operating system releases it.
func (f *folder) take() (bool, error) {
	ok, err := f.lock.TryLock()
	if err != nil {
		return false, fmt.Errorf("STANDALONE_DATA: this user cannot write into the data folder %s: %w", f.path, err)
	}
	return ok, nil
}

func (f *folder) release() { _ = f.lock.Unlock() }

func (f *folder) in(name string) string { return filepath.Join(f.path, name) }

// secret is AUTH_SECRET of this folder. It is made once, before there are users: the signing keys in their database
// are encrypted with it, so another one would be useless.
func (f *folder) secret(users string) (string, error) {
	text, err := os.ReadFile(f.in("secret"))
	switch {
	case !errors.Is(err, os.ErrNotExist):
		return strings.TrimSpace(string(text)), err
	case exists(users):
		return "", fmt.Errorf("%s is missing, and %s can be opened with no other secret: put the file back, or its content into AUTH_SECRET", f.in("secret"), users)
	}
	return f.drawSecret()
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func (f *folder) drawSecret() (string, error) {
	secret := newSecret()
	return secret, writeDurably(f.in("secret"), secret+"\n")
}

func newSecret() string {
	var random [32]byte
	_, _ = rand.Read(random[:]) // never fails
	return base64.StdEncoding.EncodeToString(random[:])
}

// writeDurably leaves the complete file or none, whenever the machine stops.
func writeDurably(path, text string) error {
	file, err := os.OpenFile(path+".new", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = file.WriteString(text)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	if err := os.Rename(path+".new", path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// syncFolder makes a new name in the folder durable.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
