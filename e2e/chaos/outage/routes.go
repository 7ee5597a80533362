package outage

import (
	"net/http"
	"time"

	"crm.example/e2e/chaos/fault"
	"crm.example/e2e/target"
)

// Engines are what is taken away, in the order of the page.
var Engines = []string{target.MongoDB, target.Redis, target.NATS}

// Route is one of the contract, or of a service itself, and what it needs to give its usual answer.
type Route struct {
	Name    string // METHOD path, as the contract has it
	Of      string // the service that is asked, "" for the gateway
	Success int
	Calls   int           // of the store, one after the other; 0 if it does not need MongoDB
	Redis   bool          // needs the registry
	Feed    bool          // lives on NATS, and does not end
	Revoked bool          // refuses a revoked access JWT
	Work    time.Duration // of the answer without any fault, where it is more than a moment
}

const hash = 500 * time.Millisecond // two password hashes at cost 10, waited for on a busy machine

// Routes are all of them. Those that touch no engine must not notice any fault.
var Routes = []Route{
	{Name: "POST /v1/user", Success: http.StatusCreated, Calls: 1, Redis: true, Work: hash},
	{Name: "GET /v1/user", Success: http.StatusOK, Calls: 1, Redis: true, Revoked: true},
	{Name: "PATCH /v1/user", Success: http.StatusOK, Calls: 2, Redis: true, Revoked: true},
	{Name: "POST /v1/user/login", Success: http.StatusOK, Calls: 3, Redis: true, Work: hash},
	{Name: "POST /v1/user/refresh", Success: http.StatusOK, Calls: 5, Redis: true},
	{Name: "DELETE /v1/user/logout", Success: http.StatusNoContent, Calls: 2, Redis: true},
	{Name: "POST /v1/user/reset-password", Success: http.StatusAccepted, Calls: 1, Redis: true},
	{Name: "PATCH /v1/user/reset-password", Success: http.StatusNoContent, Calls: 5, Redis: true, Work: hash},
	{Name: "PUT /v1/user/password", Success: http.StatusOK, Calls: 6, Redis: true, Revoked: true, Work: hash},
	{Name: "POST /v1/user/delete-account", Success: http.StatusNoContent, Calls: 4, Redis: true, Revoked: true, Work: hash},
	{Name: "GET /v1/user/agents", Success: http.StatusOK, Calls: 1, Redis: true, Revoked: true},
	{Name: "GET /v1/user/clients/{id}", Success: http.StatusOK, Calls: 1, Redis: true, Revoked: true},
	{Name: "GET /v1/ticket", Success: http.StatusOK, Calls: 1, Redis: true, Revoked: true},
	{Name: "GET /v1/ticket/counts", Success: http.StatusOK, Calls: 1, Redis: true, Revoked: true},
	{Name: "GET /v1/ticket/report", Success: http.StatusOK, Calls: 1, Redis: true, Revoked: true},
	{Name: "POST /v1/ticket", Success: http.StatusCreated, Calls: 1, Redis: true, Revoked: true},
	{Name: "GET /v1/ticket/{id}", Success: http.StatusOK, Calls: 1, Redis: true, Revoked: true},
	{Name: "PUT /v1/ticket/{id}", Success: http.StatusOK, Calls: 2, Redis: true, Revoked: true},
	{Name: "PATCH /v1/ticket/close-ticket/{id}", Success: http.StatusOK, Calls: 2, Redis: true, Revoked: true},
	{Name: "POST /v1/ticket/{id}/notes", Success: http.StatusCreated, Calls: 2, Redis: true, Revoked: true},
	{Name: "PUT /v1/ticket/{id}/rating", Success: http.StatusOK, Calls: 2, Redis: true, Revoked: true},
	{Name: "PATCH /v1/ticket/{id}/desk", Success: http.StatusOK, Calls: 2, Redis: true, Revoked: true},
	{Name: "DELETE /v1/ticket/{id}", Success: http.StatusNoContent, Calls: 2, Redis: true, Revoked: true},
	{Name: "GET /v1/ticket/saved-replies", Success: http.StatusOK, Calls: 1, Redis: true, Revoked: true},
	{Name: "POST /v1/ticket/saved-replies", Success: http.StatusCreated, Calls: 1, Redis: true, Revoked: true},
	{Name: "PUT /v1/ticket/saved-replies/{id}", Success: http.StatusOK, Calls: 1, Redis: true, Revoked: true},
	{Name: "DELETE /v1/ticket/saved-replies/{id}", Success: http.StatusNoContent, Calls: 1, Redis: true, Revoked: true},
	{Name: "GET /v1/ticket/events", Success: http.StatusOK, Redis: true, Feed: true, Revoked: true},
	{Name: "GET /.well-known/jwks.json", Success: http.StatusOK},
	{Name: "GET /openapi.json", Success: http.StatusOK},
	{Name: "GET /asyncapi.yaml", Success: http.StatusOK},
	{Name: "GET /problems", Success: http.StatusOK},
	{Name: "GET /problems/{code}", Success: http.StatusOK},
	{Name: "GET /healthz", Success: http.StatusOK},
	{Name: "GET /healthz", Of: "auth", Success: http.StatusOK},
	{Name: "GET /healthz", Of: "ticket", Success: http.StatusOK},
	{Name: "GET /readyz", Success: http.StatusOK, Calls: 1, Redis: true},
	{Name: "GET /readyz", Of: "auth", Success: http.StatusOK, Calls: 1, Redis: true},
	{Name: "GET /readyz", Of: "ticket", Success: http.StatusOK, Calls: 1, Redis: true},
}

// Title is how the page calls the route.
func (r Route) Title() string {
	if r.Of == "" {
		return "`" + r.Name + "`"
	}
	return "`" + r.Name + "` of " + r.Of
}

func (r Route) needs(engine string) bool {
	return engine == target.MongoDB && r.Calls > 0 || engine == target.Redis && r.Redis
}

// How long things may take, as the services are configured by default.
const (
	moment   = 500 * time.Millisecond  // an answer that waits for nothing that is away
	registry = 100 * time.Millisecond  // AUTH_REGISTRY_TIMEOUT, TICKET_REGISTRY_TIMEOUT
	ready    = 2 * time.Second         // of a readiness probe
	found    = 1500 * time.Millisecond // to find the MongoDB server
	call     = 5 * time.Second         // of the store
	answer   = 15 * time.Second        // GATEWAY_ANSWER_TIMEOUT
)

// Stated is what a cell of the table says: either status is right, and what the answer takes at most.
type Stated struct {
	Status []int
	Within time.Duration
}

// State says what the route answers while the engine has the fault. 503 is always the problem `unavailable`. A MongoDB that
// is slow is waited for as long as the time of a call and of the whole answer goes; one that hangs, for one call. The
// live feed takes listeners on until NATS has been away for some seconds.
func (r Route) State(engine string, kind fault.Kind) Stated {
	usual, away := []int{r.Success}, []int{http.StatusServiceUnavailable}
	switch {
	case r.Feed && engine == target.NATS:
		return Stated{append(away, r.Success), moment}
	case !r.needs(engine):
		return Stated{usual, moment + r.Work}
	case r.Name == "GET /readyz":
		return Stated{away, moment + ready}
	case engine == target.Redis:
		return Stated{away, moment + registry}
	case kind == fault.Slow:
		return Stated{append(away, r.Success), min(answer, moment+r.Work+time.Duration(r.Calls)*call)}
	case kind == fault.Hole, kind == fault.Mute:
		return Stated{away, moment + r.Work + call}
	default:
		return Stated{away, moment + r.Work + found}
	}
}

// RevokedState is the same for whoever comes with a revoked token: it is never let in, and 403 is only said by who knows.
func (r Route) RevokedState(engine string) Stated {
	if engine == target.Redis {
		return Stated{[]int{http.StatusServiceUnavailable}, moment + registry}
	}
	return Stated{[]int{http.StatusForbidden}, moment}
}
