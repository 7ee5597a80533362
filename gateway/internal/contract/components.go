package contract

import (
	"reflect"
	"strings"
)

// used selects the components of doc that the paths use, directly or through other components.
func used(doc, paths object) object {
	picked := object{}
	pick(doc, paths, picked)
	return picked
}

func pick(doc object, node any, picked object) {
	switch n := node.(type) {
	case []any:
		for _, item := range n {
			pick(doc, item, picked)
		}
	case object:
		for key, value := range n {
			switch {
			case key == "$ref":
				pickRef(doc, value, picked)
			case key == "security":
				pickSchemes(doc, value, picked)
			default:
				pick(doc, value, picked)
			}
		}
	}
}

// pickRef follows a JSON Reference such as #/components/schemas/Ticket.
func pickRef(doc object, ref any, picked object) {
	text, _ := ref.(string)
	if parts := strings.Split(text, "/"); len(parts) == 4 && parts[0] == "#" && parts[1] == "components" {
		pickOne(doc, parts[2], parts[3], picked)
	}
}

// pickSchemes reads a security requirement: its keys name security schemes.
func pickSchemes(doc object, security any, picked object) {
	requirements, _ := security.([]any)
	for _, requirement := range requirements {
		schemes, _ := requirement.(object)
		for name := range schemes {
			pickOne(doc, "securitySchemes", name, picked)
		}
	}
}

func pickOne(doc object, section, name string, picked object) {
	component, ok := within(within(doc, "components"), section)[name]
	if _, already := within(picked, section)[name]; !ok || already {
		return
	}
	within(picked, section)[name] = component
	pick(doc, component, picked)
}

// alike compares two components without their texts for people. If those differ, the first one's are used.
func alike(a, b any) bool { return reflect.DeepEqual(bare(a), bare(b)) }

// bare leaves out texts for people. Inside "properties" the same words are names of members.
func bare(node any) any {
	switch n := node.(type) {
	case []any:
		items := make([]any, len(n))
		for i, item := range n {
			items[i] = bare(item)
		}
		return items
	case object:
		o := object{}
		for key, value := range n {
			if fields, ok := value.(object); ok && key == "properties" {
				o[key] = bareEach(fields)
			} else if !isText(key) {
				o[key] = bare(value)
			}
		}
		return o
	default:
		return node
	}
}

func bareEach(fields object) object {
	o := object{}
	for name, schema := range fields {
		o[name] = bare(schema)
	}
	return o
}

func isText(key string) bool {
	switch key {
	case "description", "summary", "title", "example", "examples", "$comment":
		return true
	}
	return false
}
