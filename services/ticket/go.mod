module crm.example/services/ticket

go 1.26.0

require crm.example/pkg v0.0.0

replace crm.example/pkg => ../../pkg
