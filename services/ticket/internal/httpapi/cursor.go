package httpapi

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/google/uuid"

	"crm.example/pkg/problem"
	"crm.example/services/ticket/internal/ticket"
)

// A cursor has the place of the last ticket of a page (8 bytes of milliseconds, 16 of its id) and 16
// bytes of hash over the place, the filter and the scope of the list. The hash finds mistakes, not attacks:
// whoever makes a cursor only gets a place in a list that they may read anyway.
const (
	positionSize = 8 + 16
	cursorSize   = positionSize + 16
)

var cursorText = base64.RawURLEncoding.Strict()

// cursorOf is nil after the last page.
func cursorOf(next *ticket.Position, binding string) (*string, error) {
	if next == nil {
		return nil, nil
	}
	id, err := uuid.Parse(next.ID)
	if err != nil {
		return nil, fmt.Errorf("make cursor: %w", err)
	}
	raw := binary.BigEndian.AppendUint64(nil, uint64(next.At.UnixMilli()))
	raw = append(raw, id[:]...)
	text := cursorText.EncodeToString(append(raw, sealOf(raw, binding)...))
	return &text, nil
}

// parseCursor refuses every text that cursorOf has not made for the same binding.
func parseCursor(text, binding string) (*ticket.Position, error) {
	raw, err := cursorText.DecodeString(text)
	if err != nil || len(raw) != cursorSize || cursorText.EncodeToString(raw) != text ||
		subtle.ConstantTimeCompare(raw[positionSize:], sealOf(raw[:positionSize], binding)) == 0 {
		return nil, problem.New(problem.InvalidCursor, "")
	}
	at := time.UnixMilli(int64(binary.BigEndian.Uint64(raw))).UTC()
	return &ticket.Position{At: at, ID: uuid.UUID(raw[8:positionSize]).String()}, nil
}

func sealOf(position []byte, binding string) []byte {
	sum := sha256.Sum256(append(position[:positionSize:positionSize], binding...))
	return sum[:cursorSize-positionSize]
}
