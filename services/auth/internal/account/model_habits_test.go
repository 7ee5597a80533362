package account_test

import "math/rand/v2"

// habits differ from history to history, so that each kind of trouble gets some where it is frequent (swarm
// testing): what mostly happens, in percent or as weights.
type habits struct {
	users, operations int
	crash             int     // at a port call
	stick             int     // how likely who moved last moves again
	cost              string  // of hashes: those of cost 1 are made anew at each login
	weights           [12]int // of the operations in beginAny
}

func newHabits(r *rand.Rand) habits {
	h := habits{users: 1 + r.IntN(4)/3, operations: 5 + r.IntN(7), crash: []int{0, 4, 12}[r.IntN(3)]}
	h.stick, h.cost = []int{0, 60, 90}[r.IntN(3)], []string{"1", "1", "2"}[r.IntN(3)]
	for i := range 11 {
		h.weights[i] = []int{0, 1, 1, 4}[r.IntN(4)]
	}
	h.weights[11] = h.weights[5] / 4 // passwords are changed where they are reset often
	h.weights[0]++                   // nothing happens without refreshing
	h.weights[2] = min(h.weights[2], 1)
	h.weights[9] = min(h.weights[9], 1) // not much happens to a deleted user
	return h
}

// choose draws one of the operations by its weight.
func (h habits) choose(r *rand.Rand) int {
	sum := 0
	for _, weight := range h.weights {
		sum += weight
	}
	dice := r.IntN(sum)
	for i, weight := range h.weights {
		if dice -= weight; dice < 0 {
			return i
		}
	}
	panic("unreachable")
}
