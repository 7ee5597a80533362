package main

import "testing"

func TestAUC(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		with, without []float64
		want          float64
	}{
		{[]float64{3, 4}, []float64{1, 2}, 1},
		{[]float64{1, 2}, []float64{3, 4}, 0},
		{[]float64{1, 4}, []float64{2, 3}, 0.5},
		{[]float64{1, 1}, []float64{1, 1}, 0.5},
		{[]float64{2, 4}, []float64{1, 3}, 0.75},
	} {
		if got := auc(c.with, c.without); got != c.want {
			t.Errorf("auc(%v, %v) = %v, want %v", c.with, c.without, got, c.want)
		}
	}
}
