package httpapi_test

import (
	"encoding/base64"
	"testing"
	"time"

	"github.com/google/uuid"

	"crm.example/pkg/problem"
	"crm.example/services/ticket/internal/httpapi"
	"crm.example/services/ticket/internal/ticket"
)

func TestCursor(t *testing.T) {
	t.Parallel()
	for _, at := range []time.Time{time.UnixMilli(0), time.Date(2026, 1, 31, 12, 0, 0, 123e6, time.UTC), time.UnixMilli(-1)} {
		want := ticket.Position{At: at.UTC(), ID: uuid.Must(uuid.NewV7()).String()}
		text, err := httpapi.CursorOf(&want, "open/c1")
		if err != nil {
			t.Fatal(err)
		}
		if got, err := httpapi.ParseCursor(*text, "open/c1"); err != nil || *got != want {
			t.Errorf("%+v came back as %+v, %v", want, got, err)
		}
		if _, err := httpapi.ParseCursor(*text, "open/c2"); !problem.Is(err, problem.InvalidCursor) {
			t.Errorf("with another binding: %v, want invalid-cursor", err)
		}
	}
	if text, err := httpapi.CursorOf(nil, ""); text != nil || err != nil {
		t.Errorf("after the last page: %v, %v", text, err)
	}
}

// Every change of one bit is found.
func TestEditedCursor(t *testing.T) {
	t.Parallel()
	text, err := httpapi.CursorOf(&ticket.Position{At: time.Now(), ID: uuid.NewString()}, "")
	if err != nil {
		t.Fatal(err)
	}
	raw, err := base64.RawURLEncoding.DecodeString(*text)
	if err != nil {
		t.Fatal(err)
	}
	for bit := range len(raw) * 8 {
		raw[bit/8] ^= 1 << (bit % 8)
		if _, err := httpapi.ParseCursor(base64.RawURLEncoding.EncodeToString(raw), ""); !problem.Is(err, problem.InvalidCursor) {
			t.Errorf("bit %d: %v, want invalid-cursor", bit, err)
		}
		raw[bit/8] ^= 1 << (bit % 8)
	}
}

// FuzzCursor: whatever is sent is refused as invalid-cursor, or is the one text of a position for this list.
func FuzzCursor(f *testing.F) {
	text, err := httpapi.CursorOf(&ticket.Position{At: time.UnixMilli(1769860800123), ID: "019c1371-0a10-7d3f-8a52-3f6c5be0a001"}, "open/c1")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(*text, "open/c1")
	f.Add(*text+"=", "open/c1")
	f.Add(*text, "")
	f.Add("", "")
	f.Fuzz(func(t *testing.T, text, binding string) {
		position, err := httpapi.ParseCursor(text, binding)
		if err != nil {
			if !problem.Is(err, problem.InvalidCursor) || position != nil {
				t.Fatalf("ParseCursor(%q) = %v, %v", text, position, err)
			}
			return
		}
		again, err := httpapi.CursorOf(position, binding)
		if err != nil || *again != text {
			t.Fatalf("%q reads as %+v, which is written %q, %v", text, position, *again, err)
		}
	})
}

// FuzzSealedCursor writes the hash that belongs to the bytes, as who knows the code can.
func FuzzSealedCursor(f *testing.F) {
	f.Add([]byte("12345678abcdefghijklmnop"), "open/c1")
	f.Fuzz(func(t *testing.T, position []byte, binding string) {
		if len(position) != 24 {
			return
		}
		text := base64.RawURLEncoding.EncodeToString(append(position[:24:24], httpapi.SealOf(position, binding)...))
		read, err := httpapi.ParseCursor(text, binding)
		if err != nil {
			t.Fatalf("ParseCursor(%q): %v", text, err)
		}
		if again, err := httpapi.CursorOf(read, binding); err != nil || *again != text {
			t.Fatalf("%q came back as %v, %v", text, again, err)
		}
	})
}
