module crm.example/deploy/bench

go 1.26.0

