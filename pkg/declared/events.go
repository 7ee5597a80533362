package declared

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// declareMessages notes the members that events may have; an OpenAPI document has no events.
func (c *Contract) declareMessages(prefix string) {
	messages, _ := c.at("components", "messages").(object)
	for name := range messages {
		if typed, _ := c.at("components", "messages", name, "name").(string); !strings.HasPrefix(typed, prefix) {
			continue
		}
		c.declare("event", name, c.at("components", "messages", name, "payload"))
	}
}

// CheckEvent notes the members of an event, and names those that are not declared for its type. Anything that is not an event
// of the contract passes.
func (c *Contract) CheckEvent(body []byte) error {
	var value object
	if err := json.Unmarshal(body, &value); err != nil {
		return fmt.Errorf("read event: %w", err)
	}
	messages, _ := c.at("components", "messages").(object)
	for name := range messages {
		if c.at("components", "messages", name, "name") != value["type"] {
			continue
		}
		undeclared := c.walk("event", "", value, c.parts(name, c.at("components", "messages", name, "payload")))
		if len(undeclared) > 0 {
			slices.Sort(undeclared)
			return fmt.Errorf("the contract does not declare %s in the event %s", strings.Join(undeclared, ", "), value["type"])
		}
	}
	return nil
}
