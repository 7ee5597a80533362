package listeners_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"crm.example/deploy/bench/internal/listeners"
)

// Each listener gets the events that its token asks for, and then the connection breaks or stays.
func TestCrowdHearsOnceOrIsNotComplete(t *testing.T) {
	t.Parallel()
	for token, complete := range map[string]bool{"hears": true, "misses": false, "hears hears": false, "hears breaks": false} {
		t.Run(token, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(feed))
			t.Cleanup(server.Close)
			crowd, err := listeners.Open(t.Context(), server.URL, 3, func(int) string { return token })
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(crowd.Close)
			for want := int64(3 * strings.Count(token, "hears")); crowd.Events.Load() < want || strings.Contains(token, "breaks") && crowd.Lost.Load() < 3; {
			}
			if err := crowd.Complete(); (err == nil) != complete {
				t.Errorf("Complete() = %v", err)
			}
		})
	}
}

func feed(w http.ResponseWriter, r *http.Request) {
	_, _ = fmt.Fprint(w, "event: ready\n\n")
	_ = http.NewResponseController(w).Flush()
	for _, what := range strings.Fields(r.Header.Get("Authorization"))[1:] {
		switch what {
		case "hears":
			_, _ = fmt.Fprint(w, "event: crm.ticket.replied\n\n")
			_ = http.NewResponseController(w).Flush()
		case "breaks":
			panic(http.ErrAbortHandler)
		}
	}
	<-r.Context().Done()
}
