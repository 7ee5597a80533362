package events

import _ "embed"

// AsyncAPI is the event contract for people and generators, AsyncAPI 3.0 in YAML; docs/asyncapi.yaml is this file.
//
//go:embed asyncapi.yaml
var AsyncAPI []byte
