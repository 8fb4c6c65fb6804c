package main

import (
	"context"
	"errors"
	"math"
	"net/url"
	"os"
	"sort"
	"time"

	"github.com/prometheus/common/promslog"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/rules"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb"
)

type options struct {
	data, out, externalURL string
	start, end             int64
	interval               time.Duration
	// An instant at which a group was evaluated, Unix milliseconds, by the group's name.
	phases map[string]int64
	files  []string
}

// A period in which an alert was in one state. Times are Unix milliseconds.
type sighting struct {
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
	State       string            `json:"state"`
	ActiveAt    int64             `json:"activeAt"`
	From        int64             `json:"from"`
	To          int64             `json:"to"`
	id          string
}

type ruleHealth struct {
	Name   string `json:"name"`
	Health string `json:"health"`
	// The error of the last evaluation that failed.
	Error string `json:"lastError,omitempty"`
}

type result struct {
	Alerts []*sighting  `json:"alerts"`
	Rules  []ruleHealth `json:"rules"`
}

// replay evaluates the groups in the order of the instants at which Prometheus would have evaluated them.
func replay(o options) (*result, error) {
	logger := promslog.NewNopLogger()
	sandbox, err := os.MkdirTemp("", "rule-replay-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(sandbox)
	raw, err := tsdb.OpenDBReadOnly(o.data, sandbox, logger)
	if err != nil {
		return nil, err
	}
	defer raw.Close()
	recorded, err := openRecorded(o.out)
	if err != nil {
		return nil, err
	}
	defer recorded.Close()

	blocks, err := raw.Blocks()
	if err != nil {
		return nil, err
	}
	groups, err := load(o, queryable(blocks, recorded), recorded)
	if err != nil {
		return nil, err
	}
	evaluation := newEvaluation()
	ctx := context.Background()
	for {
		next := groups[0]
		for _, group := range groups[1:] {
			if group.at.Before(next.at) {
				next = group
			}
		}
		if next.at.UnixMilli() > o.end {
			break
		}
		next.Eval(ctx, next.at)
		evaluation.see(next)
		next.at = next.at.Add(next.Interval())
	}
	head := recorded.Head()
	if head.NumSeries() > 0 {
		if err := recorded.CompactHead(tsdb.NewRangeHead(head, head.MinTime(), head.MaxTime())); err != nil {
			return nil, err
		}
	}
	return evaluation.result(groups), nil
}

// queryable reads what was scraped and what the rules have written as one.
func queryable(scraped []tsdb.BlockReader, recorded *tsdb.DB) storage.Queryable {
	return storage.QueryableFunc(func(mint, maxt int64) (storage.Querier, error) {
		var queriers []storage.Querier
		for _, block := range scraped {
			querier, err := tsdb.NewBlockQuerier(block, mint, maxt)
			if err != nil {
				return nil, err
			}
			queriers = append(queriers, querier)
		}
		written, err := recorded.Querier(mint, maxt)
		if err != nil {
			return nil, err
		}
		return storage.NewMergeQuerier(append(queriers, written), nil, storage.ChainedSeriesMerge), nil
	})
}

// openRecorded opens storage for what rules write: no write-ahead log, no compaction, nothing too old.
func openRecorded(dir string) (*tsdb.DB, error) {
	opts := tsdb.DefaultOptions()
	opts.WALSegmentSize = -1
	opts.MinBlockDuration = oneBlock.Milliseconds()
	opts.MaxBlockDuration = oneBlock.Milliseconds()
	opts.RetentionDuration = math.MaxInt64
	db, err := tsdb.Open(dir, promslog.NewNopLogger(), nil, opts, nil)
	if err != nil {
		return nil, err
	}
	db.DisableCompactions()
	return db, nil
}

// scheduled is a group and when it is evaluated next.
type scheduled struct {
	*rules.Group
	at time.Time
}

// first is when a group is evaluated first: in its known phase, else in the one that Prometheus derives from its name.
func first(group *rules.Group, o options) time.Time {
	interval := group.Interval().Milliseconds()
	seen, known := o.phases[group.Name()]
	if !known {
		seen = group.EvalTimestamp(time.UnixMilli(o.start).UnixNano()).UnixMilli()
	}
	offset := ((seen-o.start)%interval + interval) % interval
	return time.UnixMilli(o.start + offset)
}

func load(o options, query storage.Queryable, write storage.Appendable) ([]*scheduled, error) {
	external, err := url.Parse(o.externalURL)
	if err != nil {
		return nil, err
	}
	parse := parser.NewParser(parser.Options{})
	engine := promql.NewEngine(promql.EngineOpts{
		MaxSamples:               50_000_000,
		Timeout:                  2 * time.Minute,
		LookbackDelta:            5 * time.Minute,
		NoStepSubqueryIntervalFn: func(int64) int64 { return o.interval.Milliseconds() },
		EnableAtModifier:         true,
		EnableNegativeOffset:     true,
		Parser:                   parse,
	})
	manager := rules.NewManager(&rules.ManagerOptions{
		QueryFunc:   rules.EngineQueryFunc(engine, query),
		Appendable:  write,
		Queryable:   query,
		Context:     context.Background(),
		ExternalURL: external,
		NotifyFunc:  func(context.Context, string, ...*rules.Alert) {},
		Logger:      promslog.NewNopLogger(),
		Parser:      parse,
	})
	loaded, errs := manager.LoadGroups(o.interval, labelsNone, o.externalURL, nil, false, o.files...)
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	var groups []*scheduled
	for _, group := range loaded {
		for _, rule := range group.AlertingRules() {
			// Only then ALERTS is written; nothing was firing before the recording.
			rule.SetRestored(true)
		}
		groups = append(groups, &scheduled{group, first(group, o)})
	}
	sort.Slice(groups, func(a, b int) bool {
		return rules.GroupKey(groups[a].File(), groups[a].Name()) < rules.GroupKey(groups[b].File(), groups[b].Name())
	})
	if len(groups) == 0 {
		return nil, errors.New("the files have no rules")
	}
	return groups, nil
}
