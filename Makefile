# Every target is one line; `make help` lists them. Variables: STACK (local), NAME, OUT, PURGE, CONFIRM, BASE, PROM,
# and ARGS for options of the command itself, such as ARGS=--help.
SHELL := /bin/sh
STACK ?= local
export STACK NAME VALUE OUT PURGE CONFIRM BASE PROM RANGE URL ALL TARGET MONTH FROM TO FORMAT ALERTMANAGER MIRROR DRILLS
# Some systems keep the machine's name in NAME: here it is what was asked for, or nothing.
ifeq ($(origin NAME),environment)
NAME :=
endif
ifeq ($(origin VALUE),environment)
unexport VALUE
endif
NODE := node_modules/.bin/node
RUN = @$(NODE) --disable-warning=ExperimentalWarning cli/main.ts
.DEFAULT_GOAL := help
.PHONY: help up monitor preview health set unset secret silences urls logs incident recover unlock passphrase down diff pr-report describe backtest \
  render dashboards dashboards-shoot verify-metrics drill report-slo report-alerts report-capacity report-daily \
  report-weekly pin-images pin-actions new-alert new-dashboard \
  test check format generate bench tools

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' Makefile

up: deps ## bring everything up: monitoring and the sample feature store
	$(RUN) up $(ARGS)
monitor: deps ## bring monitoring up alone, for services that already run
	$(RUN) monitor $(ARGS)
preview: deps ## say what `make up` would change
	$(RUN) preview $(ARGS)
health: deps ## check every component, target and rule
	$(RUN) health $(ARGS)
set: deps ## set a setting in the stack's file: NAME=prometheus.retention.time VALUE=90d
	$(RUN) set $(ARGS)
unset: deps ## take a setting out of the stack's file: NAME=prometheus.retention.time
	$(RUN) unset $(ARGS)
secret: deps ## set a secret, encrypted: STACK=prod NAME=grafana.adminPassword
	$(RUN) secret $(ARGS)
silences: deps ## put the silences of the settings into Alertmanager, after a plain `pulumi up`
	$(RUN) silences $(ARGS)
urls: deps ## list what can be opened
	$(RUN) urls $(ARGS)
logs: deps ## show logs: NAME=prometheus for one workload
	$(RUN) logs $(ARGS)
incident: deps ## break the demo: NAME=slow-model; without a name, list the incidents
	$(RUN) incident $(ARGS)
recover: deps ## end the demo's incidents
	$(RUN) recover $(ARGS)
unlock: deps ## remove the lock that a killed run left on a stack
	$(RUN) unlock $(ARGS)
passphrase: deps ## encrypt a stack with another passphrase, asked for or read from standard input
	$(RUN) passphrase $(ARGS)
down: deps ## stop everything and keep the data; PURGE=1 removes it too
	$(RUN) down $(ARGS)
diff: deps ## say what changed since BASE=<git ref>, in the field's terms
	$(RUN) diff $(ARGS)
pr-report: deps ## write the report on a pull request: BASE=<git ref>, PROM=<url>
	$(RUN) pr-report $(ARGS)
describe: deps ## print what this version declares as JSON: what `make diff` compares
	$(RUN) describe $(ARGS)
render: deps ## write rules, dashboards, configurations, and manifests or a compose file, into OUT
	$(RUN) render $(ARGS)
dashboards: deps ## draw the dashboards in a browser, without Grafana
	$(RUN) dashboards $(ARGS)
dashboards-shoot: deps ## write a picture of each dashboard; BASE=<git ref> compares
	$(RUN) dashboards-shoot $(ARGS)
verify-metrics: deps ## hold a /metrics page against the catalogue: URL=http://…/metrics
	$(RUN) verify-metrics $(ARGS)
drill: deps ## play an incident and follow it to every receiver: NAME=slow-model, or ALL=1
	$(RUN) drill $(ARGS)
report-slo: deps ## the month by objective: compliance, budget, worst days
	$(RUN) report-slo $(ARGS)
report-alerts: deps ## which alerts fired, paged, flapped, or never did
	$(RUN) report-alerts $(ARGS)
report-capacity: deps ## growth, days to each limit, and what monitoring itself costs
	$(RUN) report-capacity $(ARGS)
report-daily: deps ## the daily list
	$(RUN) report-daily $(ARGS)
report-weekly: deps ## the weekly list
	$(RUN) report-weekly $(ARGS)
backtest: deps ## evaluate changed alerts over history: PROM=<url> [BASE=<git ref>] RANGE=30d
	$(RUN) backtest $(ARGS)
pin-images: deps ## resolve every image to its digest and keep them
	$(RUN) pin-images $(ARGS)
pin-actions: deps ## resolve every action of the workflows to its commit
	$(RUN) pin-actions $(ARGS)
new-alert: deps ## add an alert, its case and its runbook, to be filled in: NAME=CheckoutSlow SERVICE=inference-api
	$(RUN) new-alert $(ARGS)
new-dashboard: deps ## add a dashboard, to be filled in: NAME=shipping
	$(RUN) new-dashboard $(ARGS)
test: deps ## run every test that this machine allows
	@$(NODE) test/run.ts $(ARGS)
check: deps ## formatter, linter and types
	@PATH="$(PWD)/node_modules/.bin:$$PATH" npm run --silent check
format: deps ## let the formatter change the files
	@PATH="$(PWD)/node_modules/.bin:$$PATH" npm run --silent format
generate: deps ## write every file that is made from the code: docs, the settings' schema, texts that tests compare
	@$(NODE) cli/generate/generate.ts
	@$(NODE) node_modules/vitest/vitest.mjs run --project unit test/unit/dashboards/golden test/unit/notifications/batch --update
bench: deps ## measure, and print the tables
	@$(NODE) bench/run.ts $(ARGS)
tools: deps ## make every external program available
	@$(NODE) tools/main.ts $(ARGS)

# No package's own script runs but the one of `node`, which puts the program of this system in its place.
.PHONY: deps
deps: node_modules/.package-lock.json
node_modules/.package-lock.json: package-lock.json
	@npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && npm rebuild node --loglevel=error >/dev/null && touch $@
