// Command tell prints the version that the linker gave it.
package main

import (
	"fmt"

	"crm.example/pkg/build"
)

func main() { fmt.Println(build.Version()) }
