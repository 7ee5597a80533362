package redis_test

import (
	"context"
	"strconv"
	"testing"

	"crm.example/pkg/testenv"
)

func BenchmarkAccept(b *testing.B) {
	r := open(b, testenv.Redis(b), patient)
	const users = 10_000
	for i := range users {
		check(b, r.Register(b.Context(), token("t", strconv.Itoa(i))))
	}
	parallel(b, func(ctx context.Context, i int) error {
		_, err := r.Accept(ctx, strconv.Itoa(i%users), "t")
		return err
	})
}

// BenchmarkPing is what any call costs: a round trip of the bare client.
func BenchmarkPing(b *testing.B) {
	raw := client(b, testenv.Redis(b))
	parallel(b, func(ctx context.Context, _ int) error { return raw.Ping(ctx).Err() })
}

func parallel(b *testing.B, do func(context.Context, int) error) {
	b.ReportAllocs()
	b.SetParallelism(4)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			if err := do(b.Context(), i); err != nil {
				b.Fatal(err)
			}
		}
	})
}
