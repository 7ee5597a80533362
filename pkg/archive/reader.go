package archive

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// longest is the longest line in bytes: a ticket with the largest conversation, every byte of it escaped, and its frame.
const longest = 8 << 20

var errCutOff = errors.New("the file was cut off: its last line is missing")

// Read reads a file of the service's documents and hands each to add, which decodes it. It stops at the first error and
// names its line. Documents before it have been added.
func Read(in io.Reader, service string, add func(line []byte) error) (documents int, err error) {
	r := &reader{lines: bufio.NewScanner(in), add: add}
	r.lines.Buffer(make([]byte, 0, 64<<10), longest)
	if err := r.read(service); err != nil {
		return r.documents, fmt.Errorf("line %d: %w", r.number, err)
	}
	return r.documents, nil
}

type reader struct {
	lines     *bufio.Scanner
	add       func([]byte) error
	number    int
	documents int
}

func (r *reader) read(service string) error {
	line, err := r.next()
	if err != nil {
		return err
	}
	var first header
	if err := Decode(line, &first); err != nil {
		return fmt.Errorf("this is not a %s file", Format)
	}
	if err := first.check(service); err != nil {
		return err
	}
	for {
		line, err := r.next()
		if err != nil {
			return err
		}
		if last, ended := isEnd(line); ended {
			return r.finish(last)
		}
		if err := r.add(line); err != nil {
			return err
		}
		r.documents++
	}
}

func (r *reader) next() ([]byte, error) {
	r.number++
	if r.lines.Scan() {
		return r.lines.Bytes(), nil
	}
	if err := r.lines.Err(); err != nil {
		return nil, err
	}
	return nil, errCutOff
}

// isEnd looks only at the first member: no document begins with it.
func isEnd(line []byte) (last end, ended bool) {
	if !bytes.HasPrefix(line, []byte(`{"end":`)) {
		return last, false
	}
	return last, Decode(line, &last) == nil && last.End
}

func (r *reader) finish(last end) error {
	if last.Documents != r.documents {
		return fmt.Errorf("the file has %d documents, but its last line says %d", r.documents, last.Documents)
	}
	if _, err := r.next(); !errors.Is(err, errCutOff) {
		return errors.New("there are lines after the end")
	}
	return nil
}
