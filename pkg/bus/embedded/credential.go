package embedded

import (
	"fmt"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nkeys"
)

// credential is a key pair drawn for one run of the server.
type credential struct {
	pair   nkeys.KeyPair
	public string
}

func drawCredential() (credential, error) {
	pair, err := nkeys.CreateUser()
	if err != nil {
		return credential{}, fmt.Errorf("draw a key for NATS: %w", err)
	}
	public, err := pair.PublicKey()
	return credential{pair, public}, err
}

func (c credential) option() nats.Option { return nats.Nkey(c.public, c.pair.Sign) }
