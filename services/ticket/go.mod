module crm.example/services/ticket

go 1.26.0

replace crm.example/pkg => ../../pkg
