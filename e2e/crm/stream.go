package crm

import "net/http"

// Stream sends a request whose answer lasts, and does not read it. It ends with the test, or when its body is closed.
// Timeouts are the test's own.
func (c *Client) Stream(in Request) *http.Response {
	c.t.Helper()
	lasting := *c.http
	lasting.Timeout = 0
	answer, err := lasting.Do(c.request(c.t.Context(), in))
	if err != nil {
		c.t.Fatalf("%s %s: %v", in.Method, in.Path, err)
	}
	c.t.Cleanup(func() { _ = answer.Body.Close() })
	return answer
}
