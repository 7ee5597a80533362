package command

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/spf13/pflag"

	"crm.example/pkg/archive"
)

// Store has the commands with which an operator works on the documents of a service, while it runs or not. The service
// publishes the events that they write.
type Store[C Settings] struct {
	Server    Server[C]
	Documents string // "users"
	Export    func(ctx context.Context, cfg C, out io.Writer, settled bool) (documents int, err error)
	Import    func(ctx context.Context, cfg C, in io.Reader, resume bool) (counts []any, err error) // for the log
	Rebuild   func(ctx context.Context, cfg C) (documents int, err error)
	Repeat    func(ctx context.Context, call Call, cfg C) (accounts int, err error)
	Access    func(ctx context.Context, cfg C) error
}

// Settled and Resume are the flags of export and import.
func Settled(f *pflag.FlagSet) {
	f.Bool("settled", false, "refuse while events wait to be published, which the file does not carry")
}

func Resume(f *pflag.FlagSet) { f.Bool("resume", false, "go on with an import that was cut off") }

// Commands are those that every service with a store has.
func (s Store[C]) Commands() []Command {
	prefix := s.Server.Prefix
	return []Command{
		{Words: "export", Flags: Settled, Args: "FILE", Do: s.Server.With(s.export),
			Doc: "write all " + s.Documents + " to a new file; - is standard output"},
		{Words: "import", Flags: Resume, Args: "FILE", Do: s.Server.With(s.read),
			Doc: "store what export wrote in an empty store; - is standard input"},
		{Words: "events rebuild", Do: s.Server.With(s.rebuild),
			Doc: "announce all " + s.Documents + " as they are now, for a stream that has lost its events"},
		{Words: "erasures repeat", Do: s.Server.With(s.repeat),
			Doc: "erase deleted accounts again, after a restore from a backup that still has " + s.Documents + " of theirs"},
		{Words: "store-access", Do: s.Server.With(s.access),
			Doc: "make the MongoDB user of " + prefix + "_STORE_URL, as that of " + prefix + "_STORE_ADMIN_URL"},
	}
}

// export says in the log what it did, since the file may be standard output.
func (s Store[C]) export(ctx context.Context, call Call, cfg C) error {
	return archive.Create(call.Args[0], call.Out, func(out io.Writer) error {
		documents, err := s.Export(ctx, cfg, out, call.Is("settled"))
		if err == nil {
			call.Log.InfoContext(ctx, "Exported", s.Documents, documents)
		}
		return err
	})
}

func (s Store[C]) read(ctx context.Context, call Call, cfg C) error {
	return archive.Open(call.Args[0], os.Stdin, func(in io.Reader) error {
		counts, err := s.Import(ctx, cfg, in, call.Is("resume"))
		if err == nil {
			call.Log.InfoContext(ctx, "Imported", counts...)
		}
		return err
	})
}

func (s Store[C]) rebuild(ctx context.Context, call Call, cfg C) error {
	documents, err := s.Rebuild(ctx, cfg)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(call.Out, "%d %s are announced as they are; the running service publishes those that the stream lacks\n", documents, s.Documents)
	return err
}

func (s Store[C]) repeat(ctx context.Context, call Call, cfg C) error {
	accounts, err := s.Repeat(ctx, call, cfg)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(call.Out, "%d deleted accounts are noted again; the running service erases what is here of them\n", accounts)
	return err
}

// access is needed once for a new MongoDB, and again after its user's password was changed.
func (s Store[C]) access(ctx context.Context, call Call, cfg C) error {
	if err := s.Access(ctx, cfg); err != nil {
		return fmt.Errorf("%[1]s_STORE_URL and %[1]s_STORE_ADMIN_URL: %[2]w", s.Server.Prefix, err)
	}
	_, err := fmt.Fprintln(call.Out, "the store's user may do what the service does, in its database only")
	return err
}
