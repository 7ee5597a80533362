package declared

import (
	"flag"
	"fmt"
	"os"
)

// Run runs a package's tests (m is the *testing.M) and says whether all of them ran. If all ran and passed, everything that the
// contracts declare must have been met. If something was not, Run names it, and the exit code is 1.
func Run(m interface{ Run() int }, contracts ...*Contract) (code int, all bool) {
	code = m.Run()
	for _, part := range []string{"test.run", "test.skip", "test.list", "test.fuzz"} {
		if f := flag.Lookup(part); f != nil && f.Value.String() != "" {
			return code, false
		}
	}
	if code != 0 {
		return code, true
	}
	for _, c := range contracts {
		for _, name := range c.Missed() {
			fmt.Fprintln(os.Stderr, "the contract declares what no test has met:", name)
			code = 1
		}
	}
	return code, true
}
