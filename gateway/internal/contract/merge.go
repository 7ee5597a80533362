// Package contract merges the OpenAPI documents (3.1) of the gateway and the services into one. So users of
// the API read one contract, and authors of a service edit only their own.
package contract

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Part is what one service publishes.
type Part struct {
	Name     string
	Document []byte   // OpenAPI 3.1 as JSON
	Prefixes []string // the paths that reach the service; any others in its document are not published
}

type object = map[string]any

// Merge adds the parts to the gateway's own document, whose info and servers are kept. Two operations at one
// path, or two different components with one name, are an error that names them.
func Merge(own []byte, parts ...Part) ([]byte, error) {
	whole, err := parse("gateway", own)
	if err != nil {
		return nil, err
	}
	for _, part := range parts {
		doc, err := parse(part.Name, part.Document)
		if err != nil {
			return nil, err
		}
		if err := add(whole, doc, part); err != nil {
			return nil, fmt.Errorf("contract of %s: %w", part.Name, err)
		}
	}
	return json.Marshal(whole)
}

func parse(name string, document []byte) (object, error) {
	var doc object
	decoder := json.NewDecoder(bytes.NewReader(document))
	decoder.UseNumber()
	if err := decoder.Decode(&doc); err != nil {
		return nil, fmt.Errorf("contract of %s: %w", name, err)
	}
	if version, _ := doc["openapi"].(string); !strings.HasPrefix(version, "3.1.") {
		return nil, fmt.Errorf("contract of %s: it is not OpenAPI 3.1", name)
	}
	return doc, nil
}

func add(whole, doc object, part Part) error {
	paths := published(doc, part.Prefixes)
	mine := within(whole, "paths")
	for path, item := range paths {
		if _, taken := mine[path]; taken {
			return fmt.Errorf("path %s is there already", path)
		}
		mine[path] = item
	}
	mergeTags(whole, doc)
	return mergeComponents(within(whole, "components"), used(doc, paths))
}

// published selects the paths below the prefixes. It copies the document's security for all operations
// into each of them.
func published(doc object, prefixes []string) object {
	paths := object{}
	for path, item := range within(doc, "paths") {
		if !slices.ContainsFunc(prefixes, func(p string) bool { return path == p || strings.HasPrefix(path, p+"/") }) {
			continue
		}
		if security, ok := doc["security"]; ok {
			secureEach(item, security)
		}
		paths[path] = item
	}
	return paths
}

func secureEach(item, security any) {
	operations, _ := item.(object)
	for verb, operation := range operations {
		o, ok := operation.(object)
		if _, own := o["security"]; ok && !own && slices.Contains(verbs, verb) {
			o["security"] = security
		}
	}
}

var verbs = []string{"get", "put", "post", "delete", "options", "head", "patch", "trace"}

// mergeTags keeps the first description of each tag.
func mergeTags(whole, doc object) {
	mine, _ := whole["tags"].([]any)
	theirs, _ := doc["tags"].([]any)
	for _, tag := range theirs {
		if !slices.ContainsFunc(mine, func(t any) bool { return nameOf(t) == nameOf(tag) }) {
			mine = append(mine, tag)
		}
	}
	if len(mine) > 0 {
		whole["tags"] = mine
	}
}

func nameOf(tag any) any {
	t, _ := tag.(object)
	return t["name"]
}

func mergeComponents(mine, theirs object) error {
	for _, section := range slices.Sorted(maps.Keys(theirs)) {
		have := within(mine, section)
		for name, component := range within(theirs, section) {
			if same, taken := have[name]; taken && !alike(same, component) {
				return fmt.Errorf("components/%s/%s differs from the one that is there already", section, name)
			} else if !taken {
				have[name] = component
			}
		}
	}
	return nil
}

// within returns the object at key. If it is missing, it is made.
func within(o object, key string) object {
	inner, ok := o[key].(object)
	if !ok {
		inner = object{}
		o[key] = inner
	}
	return inner
}
