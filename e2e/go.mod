module crm.example/e2e

go 1.26.0

replace crm.example/pkg => ../pkg
