package declared

import (
	"fmt"
	"path"
	"slices"
)

// part is a piece of a schema, and the name for its members in messages.
type part struct {
	name string
	o    object
}

// parts are all parts of which a schema is composed.
func (c *Contract) parts(name string, schema any) (all []part) {
	o, ref := c.follow(schema)
	if ref != "" {
		name = path.Base(ref)
	}
	if o == nil {
		return nil
	}
	all = []part{{name, o}}
	for _, composed := range []string{"allOf", "oneOf", "anyOf"} {
		list, _ := o[composed].([]any)
		for _, one := range list {
			all = append(all, c.parts(name, one)...)
		}
	}
	return all
}

// declare notes every member of a schema that this side may meet.
func (c *Contract) declare(side, name string, schema any) {
	for _, p := range c.parts(name, schema) {
		properties, _ := p.o["properties"].(object)
		for member, inside := range properties {
			called := p.name + "." + member
			if full := side + " " + called; !c.declared[full] {
				c.declared[full] = true
				c.declare(side, called, inside)
			}
		}
		c.declare(side, p.name, p.o["items"])
	}
}

// walk meets every member of a value, and returns the paths of those that the parts don't declare.
func (c *Contract) walk(side, at string, value any, parts []part) (undeclared []string) {
	switch v := value.(type) {
	case []any:
		var items []part
		for _, p := range parts {
			items = append(items, c.parts(p.name, p.o["items"])...)
		}
		for i, item := range v {
			undeclared = append(undeclared, c.walk(side, fmt.Sprintf("%s/%d", at, i), item, items)...)
		}
	case object:
		if !slices.ContainsFunc(parts, func(p part) bool { return p.o["properties"] != nil }) {
			return nil // any object
		}
		for member, inside := range v {
			found := c.member(side, member, parts)
			if found == nil {
				undeclared = append(undeclared, at+"/"+member)
				continue
			}
			undeclared = append(undeclared, c.walk(side, at+"/"+member, inside, found)...)
		}
	}
	return undeclared
}

// member returns what the parts declare for a member, and notes that it was met; nil if they don't declare it.
func (c *Contract) member(side, member string, parts []part) (found []part) {
	for _, p := range parts {
		properties, _ := p.o["properties"].(object)
		if inside, ok := properties[member]; ok {
			called := p.name + "." + member
			c.meet(side + " " + called)
			found = append(found, c.parts(called, inside)...)
		}
	}
	return found
}
