module crm.example/deploy/standalone

go 1.26.0

replace crm.example/pkg => ../../pkg
replace crm.example/services/auth => ../../services/auth
replace crm.example/services/ticket => ../../services/ticket
replace crm.example/gateway => ../../gateway
