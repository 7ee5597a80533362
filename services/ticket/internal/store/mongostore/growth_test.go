package mongostore_test

import (
	"testing"

	"crm.example/pkg/testenv"
	"crm.example/services/ticket/internal/announce"
	"crm.example/services/ticket/internal/store/storetest"
)

func BenchmarkGrowth(b *testing.B) {
	storetest.Growth(b, func(b *testing.B) storetest.Store { return open(b, testenv.MongoDB(b), announce.Message) })
}
