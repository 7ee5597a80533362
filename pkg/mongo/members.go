package mongo

import (
	"iter"
	"reflect"
	"slices"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Projection has every member of a document except those to be left out. It does not list what is read: if a member were
// forgotten in such a list, the next change would write its empty value.
func Projection(document any, leftOut ...string) bson.D {
	var projection bson.D
	for name := range members(reflect.TypeOf(document)) {
		if !slices.Contains(leftOut, name) {
			projection = append(projection, bson.E{Key: name, Value: true})
		}
	}
	return projection
}

// Validator is the JSON schema of what a struct encodes as: each member has the type of its field, and must be there unless
// the tag says omitempty. It has no maximum: the service checks the limits of the contract. Other members are allowed: a
// newer version may have written them.
func Validator(document any) bson.M { return object(reflect.TypeOf(document)) }

// Properties returns the members of such a schema, so that the caller can add to them.
func Properties(schema bson.M) bson.M { return schema["properties"].(bson.M) }

func object(of reflect.Type) bson.M {
	required, properties := []string{}, bson.M{}
	for name, m := range members(of) {
		properties[name] = value(m.Type)
		if !strings.Contains(m.Tag.Get("bson"), ",omitempty") {
			required = append(required, name)
		}
	}
	return bson.M{"bsonType": "object", "required": required, "properties": properties}
}

// members are the fields of a struct by the names that they have in BSON.
func members(of reflect.Type) iter.Seq2[string, reflect.StructField] {
	return func(yield func(string, reflect.StructField) bool) {
		for _, field := range reflect.VisibleFields(of) {
			name, _, _ := strings.Cut(field.Tag.Get("bson"), ",")
			if name != "" && name != "-" && !yield(name, field) { // one without a name is inline
				return
			}
		}
	}
}

func value(of reflect.Type) bson.M {
	switch {
	case of == reflect.TypeFor[time.Time]():
		return bson.M{"bsonType": "date"}
	case of == reflect.TypeFor[[]byte]():
		return bson.M{"bsonType": "binData"}
	}
	switch of.Kind() {
	case reflect.Bool:
		return bson.M{"bsonType": "bool"}
	case reflect.Int, reflect.Int64:
		return bson.M{"bsonType": bson.A{"int", "long"}, "minimum": 0}
	case reflect.Slice:
		return bson.M{"bsonType": "array", "items": value(of.Elem())}
	case reflect.Pointer:
		return value(of.Elem())
	case reflect.Struct:
		return object(of)
	case reflect.String:
		return bson.M{"bsonType": "string"}
	default:
		panic("no member of a document is a " + of.String())
	}
}
