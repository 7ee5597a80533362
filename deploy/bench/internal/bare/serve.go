// Package bare is what the CRM's figures are compared with: servers that do nothing, and engines without a server.
package bare

import (
	"bytes"
	"context"
	"net/http"
	"strings"

	"github.com/valyala/fasthttp"

	"crm.example/deploy/bench/internal/api"
	"crm.example/deploy/bench/internal/load"
)

// Sizes of the CRM's answers in bytes, by the operation.
var Sizes = map[string]int{"user": 420, "list": 8 << 10, "get": 1180}

// Serve answers every request by net/http with as many bytes as the CRM answers the operation that is the path.
// It is the least that a server in Go costs.
func Serve(ctx context.Context, address string) error {
	server := &http.Server{Addr: address, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(page[:Sizes[r.URL.Path[1:]]])
	})}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	if err := server.ListenAndServe(); ctx.Err() == nil {
		return err
	}
	return nil
}

var page = bytes.Repeat([]byte("x"), 8<<10)

// ServeBehind answers every request with the same 8 KiB, as cheaply as can be: it stands behind proxies.
func ServeBehind(ctx context.Context, address string) error {
	server := &fasthttp.Server{Handler: func(c *fasthttp.RequestCtx) { c.Response.SetBodyRaw(page) }}
	context.AfterFunc(ctx, func() { _ = server.Shutdown() })
	return server.ListenAndServe(address)
}

// Get asks one of these servers for so many bytes, with a token as long as an access JWT.
func Get(a *api.API, name, path string, size int) load.Operation {
	r := api.Request{Method: "GET", Path: path, Token: strings.Repeat("eyJhbGci", 80), Check: api.Has("x", size, size)}
	return load.Operation{Name: name, Do: func(context.Context) error { return a.Do(r) }}
}
