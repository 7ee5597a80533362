module crm.example/services/auth

go 1.26.0

replace crm.example/pkg => ../../pkg
