package main

import (
	"context"
	"math"
	"os"
	"strings"
	"time"

	"github.com/prometheus/common/promslog"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
)

// Longer than any recording: all of it becomes one block.
const oneBlock = 366 * 24 * time.Hour

// A transaction of this many samples stays small in memory.
const batch = 10_000

// extract writes the scraped series of a data directory as one block.
func extract(data, out string) error {
	sandbox, err := os.MkdirTemp("", "rule-replay-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(sandbox)
	db, err := tsdb.OpenDBReadOnly(data, sandbox, promslog.NewNopLogger())
	if err != nil {
		return err
	}
	defer db.Close()
	querier, err := db.Querier(math.MinInt64, math.MaxInt64)
	if err != nil {
		return err
	}
	defer querier.Close()

	writer, err := tsdb.NewBlockWriter(promslog.NewNopLogger(), out, oneBlock.Milliseconds())
	if err != nil {
		return err
	}
	defer writer.Close()
	ctx := context.Background()
	everything := labels.MustNewMatcher(labels.MatchRegexp, labels.MetricName, ".+")
	set := querier.Select(ctx, false, nil, everything)
	for set.Next() {
		series := set.At()
		if recorded(series.Labels().Get(labels.MetricName)) {
			continue
		}
		if err := copySeries(ctx, writer, series); err != nil {
			return err
		}
	}
	if err := set.Err(); err != nil {
		return err
	}
	_, err = writer.Flush(ctx)
	return err
}

// recorded tells names that rules write: level:metric:operation, and ALERTS.
func recorded(name string) bool {
	return strings.Contains(name, ":") || name == "ALERTS" || name == "ALERTS_FOR_STATE"
}

func copySeries(ctx context.Context, writer *tsdb.BlockWriter, series storage.Series) error {
	app := writer.Appender(ctx)
	samples := series.Iterator(nil)
	var ref storage.SeriesRef
	for count := 1; samples.Next() == chunkenc.ValFloat; count++ {
		at, value := samples.At()
		var err error
		if ref, err = app.Append(ref, series.Labels(), at, value); err != nil {
			return err
		}
		if count%batch == 0 {
			if err := app.Commit(); err != nil {
				return err
			}
			app = writer.Appender(ctx)
		}
	}
	if err := samples.Err(); err != nil {
		return err
	}
	return app.Commit()
}
