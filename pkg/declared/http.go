package declared

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// declareOperations notes the members that requests and answers may have.
func (c *Contract) declareOperations() {
	paths, _ := c.at("paths").(object)
	for path := range paths {
		for method := range paths[path].(object) {
			name := strings.ToUpper(method) + " " + path
			for _, p := range c.parameters(path, method) {
				c.declared["request "+name+" "+p] = true
			}
			operation, _ := c.follow(c.at("paths", path, method))
			if operation["responses"] == nil {
				continue // not an operation, but a setting for all operations of the path
			}
			c.declare("request", name, c.schema("paths", path, method, "requestBody"))
			responses, _ := operation["responses"].(object)
			for status := range responses {
				c.declare("response", name+" "+status, c.schema("paths", path, method, "responses", status))
			}
		}
	}
}

// schema returns the schema of a body in JSON; nil if there is none.
func (c *Contract) schema(keys ...string) any {
	content, _ := c.at(append(keys, "content")...).(object)
	for media, body := range content {
		if strings.HasSuffix(media, "json") {
			return body.(object)["schema"]
		}
	}
	return nil
}

// parameters of an operation that a client chooses to send: "query status", "header Idempotency-Key".
func (c *Contract) parameters(path, method string) (names []string) {
	ofPath, _ := c.at("paths", path, "parameters").([]any)
	own, _ := c.at("paths", path, method, "parameters").([]any)
	if c.at("paths", path, method, "responses") == nil {
		return nil
	}
	for _, parameter := range slices.Concat(ofPath, own) {
		p, _ := c.follow(parameter)
		if in := p["in"].(string); in == "query" || in == "header" {
			names = append(names, in+" "+p["name"].(string))
		}
	}
	return names
}

// Check notes the members of an answer and, if the request was not refused, of the request, and names those that are not
// declared. A request that is not of the contract passes.
func (c *Contract) Check(r *http.Request, status int, answer []byte) error {
	path := c.path(r.URL.Path, strings.ToLower(r.Method))
	if path == "" {
		return nil
	}
	name, method := r.Method+" "+path, strings.ToLower(r.Method)
	undeclared := c.body("response", name+" "+strconv.Itoa(status), answer, c.schema("paths", path, method, "responses", strconv.Itoa(status)))
	if status < http.StatusBadRequest {
		undeclared = append(undeclared, c.granted(r, name, path, method)...)
	}
	if len(undeclared) > 0 {
		slices.Sort(undeclared)
		return fmt.Errorf("the contract does not declare %s", strings.Join(undeclared, ", "))
	}
	return nil
}

func (c *Contract) granted(r *http.Request, name, path, method string) (undeclared []string) {
	known := c.parameters(path, method)
	for parameter := range r.URL.Query() {
		if !slices.Contains(known, "query "+parameter) {
			undeclared = append(undeclared, "query "+parameter+" of "+name)
		}
	}
	for _, parameter := range known {
		in, key, _ := strings.Cut(parameter, " ")
		if in == "query" && r.URL.Query().Has(key) || in == "header" && r.Header.Get(key) != "" {
			c.meet("request " + name + " " + parameter)
		}
	}
	return append(undeclared, c.body("request", name, bodyOf(r), c.schema("paths", path, method, "requestBody"))...)
}

func bodyOf(r *http.Request) []byte {
	if r.GetBody == nil {
		return nil
	}
	again, err := r.GetBody()
	if err != nil {
		return nil
	}
	defer again.Close()
	body, _ := io.ReadAll(again) // from memory
	return body
}

func (c *Contract) body(side, name string, body []byte, schema any) (undeclared []string) {
	var value any
	if schema == nil || json.Unmarshal(body, &value) != nil {
		return nil
	}
	for _, at := range c.walk(side, "", value, c.parts(name, schema)) {
		undeclared = append(undeclared, at+" in the "+side+" "+name)
	}
	return undeclared
}

// path returns the document's path that matches the request's; a path without parameters comes first.
func (c *Contract) path(asked, method string) (found string) {
	paths, _ := c.at("paths").(object)
	for template := range paths {
		if c.at("paths", template, method) != nil && matches(template, asked) && (found == "" || template == asked) {
			found = template
		}
	}
	return found
}

func matches(template, asked string) bool {
	return slices.EqualFunc(strings.Split(template, "/"), strings.Split(asked, "/"), func(t, a string) bool {
		return t == a || strings.HasPrefix(t, "{") && a != ""
	})
}
