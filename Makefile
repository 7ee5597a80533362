.DEFAULT_GOAL := help
MODULES := $(patsubst %/go.mod,%,$(wildcard */go.mod */*/go.mod */*/*/go.mod))
ROOT = $(patsubst %/pkg,%,$(shell cd pkg && GOWORK=off go list -m))
FUZZTIME ?= 2m
COMPOSE = $(shell docker compose version >/dev/null 2>&1 && echo docker compose || echo docker-compose)
STAMPED = CRM_REVISION=$$(git describe --always --dirty --abbrev=40 --exclude='*' 2>/dev/null || echo unknown) CRM_CREATED=$$(git log -1 --format=%cI 2>/dev/null) $(COMPOSE)
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
BIN ?= bin
NATSCLI := github.com/nats-io/natscli/nats@v0.5.1

help: ## show these lines
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{printf "  make %-16s %s\n", $$1, $$2}' Makefile

build: ## compile the standalone server into bin/; BIN=folder names another one
	@go build -o $(BIN)/standalone ./deploy/standalone

services: ## compile auth, ticket and gateway into bin/, each a program of its own
	@go build -o $(BIN)/ ./services/auth/cmd/auth ./services/ticket/cmd/ticket ./gateway/cmd/gateway

run: build ## run everything in one process; data is kept in ./data
	@$(BIN)/standalone

demo: build ## fill a fresh ./data with a made-up company, to look at with make run
	@$(BIN)/standalone demo

test: ## every test of every module; with RACE=1 all but e2e under the race detector, which needs a C compiler
	$(if $(RACE),CGO_ENABLED=1) go test $(if $(RACE),-race) $$(go list work | grep -v /e2e)
	@$(if $(RACE),go test -run FindsPlantedFaults $(ROOT)/services/auth/internal/account,:) # skipped above: it takes eight times as long there
	@go test -tags nosqlite -run SQLiteIsLeftOut $(ROOT)/services/auth $(ROOT)/services/ticket # as the images are built
	@go test -count=1 ./e2e/... # it builds the server, which the test cache can't see
	@go test -count=1 -run '^TestMissing$$' -v $(ROOT)/pkg/testenv $(ROOT)/pkg/mongo/mongotest | grep '^NOT TESTED' || true

lint: ## gofmt, vet and staticcheck
	@test -z "$$(gofmt -l $(MODULES))" || { gofmt -l $(MODULES); echo 'gofmt would change these files'; exit 1; }
	go vet work && go vet -tags nosqlite $(ROOT)/services/... && go run $(STATICCHECK) work
	go vet -tags chaos ./e2e/chaos/... && go run $(STATICCHECK) -tags chaos ./e2e/chaos/...

fuzz: ## every fuzz target for FUZZTIME (2m) each
	@.ci/fuzz $(FUZZTIME)

nightly: ## every long form in one go, into REPORT (nightly.md); PARTS='relay feed' for some, TIMES=1000 for more: e2e/README.md
	@.ci/nightly '$(or $(REPORT),nightly.md)' $(PARTS)

bench: ## load on fresh servers, as tables of Markdown; ARGS='-only standalone,distributed,gateway,events'
	go run ./deploy/bench $(ARGS)

bench-large: ## the same at 1,000,000 tickets, imported once into /var/tmp/crm-bench-data
	go run ./deploy/bench -only standalone,distributed -clients 10000 -tickets 1000000 -data /var/tmp/crm-bench-data $(ARGS)

bench-listeners: ## what 5,000 idle listeners of the live feed hold
	go run ./deploy/bench -only listeners $(ARGS)

e2e: ## the black-box suite alone; E2E_BASE_URL points it at a deployment
	go test -count=1 ./e2e/...

e2e-distributed: ## the suite against three processes; needs mongod and redis-server on PATH
	E2E_DEPLOYMENT=distributed go test -count=1 ./e2e/...

chaos-smoke: ## each engine away once, each process killed once, each crash point once, under load; needs mongod and redis-server
	go test -tags chaos -count=1 -timeout 15m -v -run '^TestSmoke$$' ./e2e/chaos/events

chaos-outage: ## MongoDB, Redis and NATS taken away in turn under every route; SHORT=1 for less; needs mongod and redis-server
	@SHORT=$(SHORT) UPDATE_DOCS=$(if $(SHORT),,1) go test -tags chaos -count=1 -timeout 30m -v -run '^TestOutages$$' ./e2e/chaos/outage

chaos-restart: ## 100 restarts each of two gateways, auth and ticket services under load: nothing may fail; SHORT=1 for 5
	@SHORT=$(SHORT) go test -tags chaos -count=1 -timeout 60m -v ./e2e/chaos/restart

chaos-events: ## crashes, pauses and outages between a change and its consumers: nothing lost or doubled; STORE=SQLite for one store, TIMES=100 or SHORT=1 for less
	@SHORT=$(SHORT) UPDATE_DOCS=$(if $(SHORT),,1) go test -tags chaos -count=1 -timeout $(if $(SHORT),8m,600m) -v -run '^TestEvents$$/$(STORE)' ./e2e/chaos/events

e2e-compose: secrets ## the suite against containers; SCALE="--scale ticket=3" for replicas, KILL=ticket kills one of them meanwhile
	@KILL=$(KILL) deploy/docker/e2e '$(COMPOSE)' $(SCALE)

secrets: ## draw the passwords of docker-compose.yml into deploy/secrets
	@deploy/docker/secrets deploy/secrets

images: ## build the images of the services and of the notifier
	$(STAMPED) --profile notifier build gateway auth ticket frontend notifier

up: secrets ## start everything in containers, on http://127.0.0.1:8080; SCALE="--scale ticket=3 --scale auth=2"
	$(STAMPED) up -d $(SCALE)

down: ## stop the containers, those of profiles too; the data stays in its volumes
	$(COMPOSE) --profile mail --profile notifier down

logs: ## follow what the containers log
	$(COMPOSE) logs -f --tail=100

requests: ## send docs/requests.http to a fresh server; needs Node 20
	@npm ci --prefix e2e/requests --no-audit --no-fund --silent
	node e2e/requests/run.mjs

asyncapi: ## validate docs/asyncapi.yaml; needs Node 20
	@npm ci --prefix e2e/asyncapi --no-audit --no-fund --silent
	node e2e/asyncapi/validate.mjs

contract-clients: ## make clients of the contract by oapi-codegen, openapi-typescript and hey-api, and compile them; needs Node 20; JAVA=1 adds openapi-generator's, with Maven
	@npm ci --prefix e2e/clients --no-audit --no-fund --silent
	E2E_CLIENTS=$(if $(JAVA),java,node) go test -count=1 -v -timeout 30m ./e2e/clients

proxied: ## read the live feed through webpack-dev-server's and Vite's proxies; needs Node 20
	@npm ci --prefix e2e/proxied --no-audit --no-fund --silent
	E2E_PROXIES=true go test -count=1 -v ./e2e/proxied

subscribe: ## run what the documents say to subscribe by: the nats CLI, JavaScript, Python, Go; needs Node 20 and pip3; E2E_DEPLOYMENT=distributed for three processes
	@npm ci --prefix e2e/subscribe --no-audit --no-fund --silent
	@test -d e2e/subscribe/python/nats || pip3 install -q --require-hashes --target e2e/subscribe/python -r e2e/subscribe/requirements.txt
	@GOBIN='$(CURDIR)/bin' GOFLAGS= go install $(NATSCLI)
	E2E_JAVASCRIPT=true E2E_NATS_CLI='$(CURDIR)/bin/nats' go test -count=1 -run 'Subscribe|InJavaScript' ./e2e ./e2e/documented

frontend: ## bundle the pages into services/frontend/dist, which is committed
	@go run ./services/frontend/internal/bundle services/frontend

frontend-types: ## check the types of the pages and of their tests; needs Node 20
	@npm ci --prefix services/frontend/tests --no-audit --no-fund --silent
	services/frontend/tests/node_modules/.bin/tsc -p services/frontend
	services/frontend/tests/node_modules/.bin/tsc -p services/frontend/tests

frontend-contract: build frontend-types ## make src/app/contract.ts of the pages anew from the merged contract
	UPDATE_DOCS=1 services/frontend/tests/node_modules/.bin/playwright test -c services/frontend/tests contract

frontend-test: build frontend-types ## the pages in a browser, with axe; needs Node 20 and /usr/bin/chromium, or what CHROMIUM names; ARGS='-g keyboard' for some
	CHROMIUM='$(CHROMIUM)' services/frontend/tests/node_modules/.bin/playwright test -c services/frontend/tests $(ARGS)

screenshots: build ## take docs/inbox.png and docs/portal.png anew, of the demo; needs Node 20; CHROMIUM=/usr/bin/chromium names a browser that is there already
	@npm ci --prefix services/frontend/tests --no-audit --no-fund --silent
	@test -n "$(CHROMIUM)" || services/frontend/tests/node_modules/.bin/playwright install chromium
	CHROMIUM='$(CHROMIUM)' node services/frontend/tests/screenshots.mjs

docs: ## write the generated parts of the documents
	UPDATE_DOCS=1 go test -count=1 -run 'Page|README|Contracts' work

tidy: ## go mod tidy in every module
	@for m in $(MODULES); do (cd $$m && GOWORK=off go mod tidy) || exit 1; done

module-path: ## NEW=example.org/acme/crm gives all modules this path
	@test -n "$(NEW)" || { echo 'want: make module-path NEW=example.org/acme/crm'; exit 1; }
	@.ci/module-path '$(ROOT)' '$(NEW)' && gofmt -w $(MODULES)

clean: ## remove what was built; the data stays
	rm -rf bin e2e/requests/node_modules e2e/asyncapi/node_modules e2e/subscribe/node_modules e2e/proxied/node_modules e2e/subscribe/python e2e/clients/node_modules services/frontend/tests/node_modules

.PHONY: help build services run demo test race lint fuzz nightly bench bench-large bench-listeners e2e e2e-distributed chaos-smoke chaos-outage chaos-restart chaos-events e2e-compose secrets images up down logs requests asyncapi contract-clients proxied subscribe frontend frontend-types frontend-contract frontend-test screenshots docs tidy module-path clean
