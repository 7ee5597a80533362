// Package declared compares the requests, answers and events of a test run with an OpenAPI or AsyncAPI document, member by
// member. A member that the document does not declare is an error. A member that it declares and the run never met is named at
// the end. It does not check types, limits and formats.
package declared

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"sigs.k8s.io/yaml"
)

type object = map[string]any

// Contract is a document, with the members that were met so far. It may be used by several goroutines.
type Contract struct {
	document object
	declared map[string]bool // "response TicketSummary.priority": members that can be met
	mu       sync.Mutex
	met      map[string]bool
}

// Parse reads a document in YAML or JSON. Of its events only those whose type begins with the prefix must be met.
func Parse(raw []byte, prefix string) (*Contract, error) {
	c := &Contract{declared: map[string]bool{}, met: map[string]bool{}}
	if err := yaml.Unmarshal(raw, &c.document); err != nil {
		return nil, fmt.Errorf("read contract: %w", err)
	}
	c.declareOperations()
	c.declareMessages(prefix)
	return c, nil
}

// Missed names what the document declares and the run has not met: members of responses, requests and events, and parameters.
func (c *Contract) Missed() (names []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, name := range slices.Sorted(maps.Keys(c.declared)) {
		if !c.met[name] {
			names = append(names, name)
		}
	}
	return names
}

func (c *Contract) meet(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.met[name] = true
}

// at walks down the document; nil where it ends.
func (c *Contract) at(keys ...string) any {
	var node any = c.document
	for _, key := range keys {
		o, _ := c.follow(node)
		node = o[key]
	}
	return node
}

// follow returns the object that a node is or refers to, and the path of the reference, if it is one.
func (c *Contract) follow(node any) (o object, ref string) {
	o, _ = node.(object)
	for {
		next, ok := o["$ref"].(string)
		if !ok {
			return o, ref
		}
		ref = next
		o, _ = c.at(strings.Split(strings.TrimPrefix(next, "#/"), "/")...).(object)
	}
}
