// pulumi-resource-kubernetes is Pulumi's own Kubernetes provider, built from its Go module. The schema that its release
// carries is left out: it is for generating SDKs, and no engine asks for it.
package main

import (
	"fmt"
	"os"

	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
)

// Set by the linker.
var version = "0.0.0"

func main() {
	if len(os.Args) == 2 && os.Args[1] == "--version" {
		fmt.Println(version)
		return
	}
	empty := []byte("{}")
	provider.Serve("kubernetes", version, empty, empty)
}
