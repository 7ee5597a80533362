package target

import (
	"fmt"
	"io"
	"net/http"
)

// fetch reads an answer that must be 200.
func fetch(r *http.Request) ([]byte, error) {
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", r.URL, err)
	}
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answered %s: %s", r.URL, answer.Status, body)
	}
	return body, nil
}
