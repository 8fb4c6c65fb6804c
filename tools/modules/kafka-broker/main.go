// Command kafka-broker serves the Kafka protocol from one small process: the
// broker of the demo feature store where no real Kafka is at hand.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"

	"github.com/twmb/franz-go/pkg/kfake"
)

// version is set by the build.
var version = "dev"

const usage = `Usage: kafka-broker [flags]

A single Kafka broker for demos and tests. It speaks the real protocol: topics,
consumer groups, offsets. SIGTERM or SIGINT stops it cleanly.

Flags:
`

type topic struct {
	name       string
	partitions int32
}

// address is what clients are told to connect to where that is not the bound
// address: in a container the bound address is not reachable from outside.
type address string

func (a address) Network() string { return "tcp" }
func (a address) String() string  { return string(a) }

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "kafka-broker:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	flags := flag.NewFlagSet("kafka-broker", flag.ContinueOnError)
	listen := flags.String("listen", "127.0.0.1:9092", "`host:port` to listen on")
	advertise := flags.String("advertise", "", "`host:port` that clients are told to connect to (default: the one of --listen)")
	topicList := flags.String("topics", "", "topics to create, as `name:partitions,...`")
	dataDir := flags.String("data-dir", "", "`directory` in which topics and offsets outlive a restart (default: memory only)")
	autoCreate := flags.Bool("auto-create", false, "create a topic when a client first asks for it")
	admin := flags.String("admin", "", "`host:port` of an HTTP server that takes the broker off its port (POST /pause) and puts it back (POST /resume) (default: none)")
	showVersion := flags.Bool("version", false, "print the version and exit")
	flags.Usage = func() {
		fmt.Fprint(flags.Output(), usage)
		flags.PrintDefaults()
	}
	for _, arg := range args {
		if arg == "-h" || arg == "-help" || arg == "--help" {
			flags.SetOutput(os.Stdout)
		}
	}
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return nil
	} else if err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q: see kafka-broker --help", flags.Arg(0))
	}
	if *showVersion {
		fmt.Println("kafka-broker", version)
		return nil
	}

	port, err := portOf("--listen", *listen)
	if err != nil {
		return err
	}
	if *advertise != "" {
		if _, err := portOf("--advertise", *advertise); err != nil {
			return err
		}
	}
	if *admin != "" {
		if _, err := portOf("--admin", *admin); err != nil {
			return err
		}
	}
	topics, err := parseTopics(*topicList)
	if err != nil {
		return err
	}

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()

	var listener *pausable
	options := []kfake.Opt{
		kfake.NumBrokers(1),
		kfake.Ports(port),
		kfake.ListenFn(func(network, _ string) (net.Listener, error) {
			var err error
			listener, err = newPausable(network, *listen, *advertise)
			return listener, err
		}),
	}
	for _, t := range topics {
		options = append(options, kfake.SeedTopics(t.partitions, t.name))
	}
	if *dataDir != "" {
		options = append(options, kfake.DataDir(*dataDir))
	}
	if *autoCreate {
		options = append(options, kfake.AllowAutoTopicCreation())
	}
	cluster, err := kfake.NewCluster(options...)
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w", *listen, err)
	}
	defer cluster.Close()
	if *admin != "" {
		server, err := serveAdmin(*admin, listener)
		if err != nil {
			return err
		}
		defer server.Close()
	}

	fmt.Printf("kafka-broker %s: listening on %s, advertised as %s, %d topics\n",
		version, *listen, cluster.ListenAddrs()[0], len(topics))
	<-ctx.Done()
	fmt.Println("kafka-broker: stopping")
	return nil
}

func portOf(flagName, hostport string) (int, error) {
	_, text, err := net.SplitHostPort(hostport)
	if err != nil {
		return 0, fmt.Errorf("%s %q: must be host:port, such as 127.0.0.1:9092", flagName, hostport)
	}
	port, err := strconv.Atoi(text)
	if err != nil || port < 0 || port > 65535 {
		return 0, fmt.Errorf("%s %q: the port must be a number from 0 to 65535", flagName, hostport)
	}
	return port, nil
}

func parseTopics(list string) ([]topic, error) {
	var topics []topic
	for _, item := range strings.Split(list, ",") {
		if item = strings.TrimSpace(item); item == "" {
			continue
		}
		name, count, found := strings.Cut(item, ":")
		partitions := 1
		if found {
			n, err := strconv.Atoi(count)
			if err != nil || n < 1 || n > 1000 {
				return nil, fmt.Errorf("--topics %q: partitions must be a number from 1 to 1000", item)
			}
			partitions = n
		}
		if name == "" {
			return nil, fmt.Errorf("--topics %q: a topic needs a name, as name:partitions", item)
		}
		topics = append(topics, topic{name, int32(partitions)})
	}
	return topics, nil
}
