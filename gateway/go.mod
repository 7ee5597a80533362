module crm.example/gateway

go 1.26.0

replace crm.example/pkg => ../pkg
