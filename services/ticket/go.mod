module crm.example/services/ticket

go 1.26.0

require (
	crm.example/pkg v0.0.0
	github.com/getkin/kin-openapi v0.153.0
	github.com/golang-jwt/jwt/v5 v5.3.1
	github.com/google/uuid v1.6.0
	github.com/labstack/echo/v4 v4.16.0
	github.com/nats-io/nats.go v1.55.0
)

replace crm.example/pkg => ../../pkg
