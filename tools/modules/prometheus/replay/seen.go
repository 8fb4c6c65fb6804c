package main

import (
	"fmt"
	"sort"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/rules"
)

var labelsNone = labels.EmptyLabels()

// evaluation keeps what alerts did, and which rules failed once.
type evaluation struct {
	all    []*sighting
	now    map[string]*sighting
	failed map[rules.Rule]string
}

func newEvaluation() *evaluation {
	return &evaluation{now: map[string]*sighting{}, failed: map[rules.Rule]string{}}
}

// see looks at a group after its evaluation.
func (e *evaluation) see(group *scheduled) {
	key := rules.GroupKey(group.File(), group.Name())
	at := group.at.UnixMilli()
	for index, rule := range group.Rules() {
		if err := rule.LastError(); err != nil {
			e.failed[rule] = err.Error()
		}
		alerting, ok := rule.(*rules.AlertingRule)
		if !ok {
			continue
		}
		for _, alert := range alerting.ActiveAlerts() {
			id := fmt.Sprintf("%s %d %s %s %d", key, index, alert.Labels, alert.State, alert.ActiveAt.UnixMilli())
			last, known := e.now[id]
			if !known {
				last = &sighting{
					Labels: alert.Labels.Map(), Annotations: alert.Annotations.Map(), State: alert.State.String(),
					ActiveAt: alert.ActiveAt.UnixMilli(), From: at, id: id,
				}
				e.now[id] = last
				e.all = append(e.all, last)
			}
			last.To = at
		}
	}
}

func (e *evaluation) result(groups []*scheduled) *result {
	out := &result{Alerts: e.all, Rules: []ruleHealth{}}
	if out.Alerts == nil {
		out.Alerts = []*sighting{}
	}
	for _, group := range groups {
		for _, rule := range group.Rules() {
			health := ruleHealth{Name: rule.Name(), Health: string(rule.Health())}
			if failure, ok := e.failed[rule]; ok {
				health.Health, health.Error = string(rules.HealthBad), failure
			}
			out.Rules = append(out.Rules, health)
		}
	}
	sort.Slice(out.Alerts, func(a, b int) bool {
		one, other := out.Alerts[a], out.Alerts[b]
		if one.From != other.From {
			return one.From < other.From
		}
		return one.id < other.id
	})
	return out
}
