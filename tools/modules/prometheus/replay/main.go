// Command rule-replay evaluates rule files over recorded samples, in simulated time, with Prometheus's own rule groups.
//
//	rule-replay raw   --data DIR --out DIR
//	rule-replay rules --data DIR --out DIR --start MS --end MS [--interval 15s] [--external-url URL] [--phases FILE] FILE...
//
// `raw` reads a data directory of Prometheus, its write-ahead log included, and writes what was scraped as one block:
// recorded series and ALERTS are left out. `rules` evaluates the files over the blocks of a directory, writes what they
// record (ALERTS too) as a block into another, and prints what fired and the health of each rule as JSON.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"time"
)

// Set by the linker.
var version = "dev"

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "rule-replay:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 0 {
		return fmt.Errorf("usage: rule-replay raw|rules|--version")
	}
	flags := flag.NewFlagSet(args[0], flag.ContinueOnError)
	data := flags.String("data", "", "directory with the samples")
	out := flags.String("out", "", "directory that the block is written into")
	start := flags.Int64("start", 0, "first evaluation, Unix milliseconds")
	end := flags.Int64("end", 0, "last evaluation, Unix milliseconds")
	interval := flags.Duration("interval", 15*time.Second, "evaluation interval of groups that have none")
	externalURL := flags.String("external-url", "http://127.0.0.1:9090", "URL that templates see")
	phasesFile := flags.String("phases", "", "JSON: an instant of evaluation, Unix milliseconds, by name of the group")
	switch args[0] {
	case "--version":
		fmt.Println("rule-replay, version", version)
		return nil
	case "raw", "rules":
		if err := flags.Parse(args[1:]); err != nil {
			return err
		}
		if *data == "" || *out == "" {
			return fmt.Errorf("%s needs --data and --out", args[0])
		}
	default:
		return fmt.Errorf("%q is unknown: raw, rules or --version", args[0])
	}
	if args[0] == "raw" {
		return extract(*data, *out)
	}
	if *end <= *start || flags.NArg() == 0 {
		return fmt.Errorf("rules needs --start before --end, and rule files")
	}
	phases := map[string]int64{}
	if *phasesFile != "" {
		content, err := os.ReadFile(*phasesFile)
		if err != nil {
			return err
		}
		if err := json.Unmarshal(content, &phases); err != nil {
			return fmt.Errorf("%s: %w", *phasesFile, err)
		}
	}
	result, err := replay(options{
		data: *data, out: *out, start: *start, end: *end,
		interval: *interval, externalURL: *externalURL, phases: phases, files: flags.Args(),
	})
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(result)
}
