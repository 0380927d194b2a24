# Two commands matter: `make run` shows the whole road of an interview, `make test` proves it.
SHELL := /bin/bash
.DEFAULT_GOAL := help
export GOFLAGS ?= -buildvcs=false

# Tests of windows run without a display, and without the machine's own fonts, under this tag.
HEADLESS := -tags ci

# Programs of tests at one time: twice as many as processors, because much of a test is waiting for the disk.
AT_ONCE := $(shell echo $$((2 * $$(getconf _NPROCESSORS_ONLN))))

.PHONY: figures-office help run test simulate crash build setup race lint cross layers window browser pictures measure figures package clean

help: ## say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' Makefile

run: ## set up, build, start a demonstration office and open the app (without a display: one scripted interview)
	@.ci/setup build $$([ -n "$$DISPLAY$$WAYLAND_DISPLAY" ] || echo show)
	@$(MAKE) --no-print-directory build
	@.ci/demo

test: ## set up and run every test that needs no display and no browser; `make lint` is what vets
	@.ci/setup build test
	go test $(HEADLESS) -p $(AT_ONCE) -vet=off ./...
	go test $(HEADLESS) -count=1 ./internal

simulate: ## ten thousand runs of devices and an office in virtual time
	set -o pipefail; go test ./sync/courier -count=1 -run '^TestSimulation$$' -seeds 10000 -timeout 30m -v | grep -v '^=== '

crash: ## devices and offices that are killed at any moment, and system calls that fail one after the other: minutes
	set -o pipefail; go test $(HEADLESS) ./app/hammer -count=1 -run BothEnds -both 30 -timeout 30m -v | grep -E '^(---|ok|FAIL|    both)'
	set -o pipefail; go test ./sync/intake/fault -count=1 -run 'SystemCall|Killed' -faults 25 -kills 200 -timeout 30m -v | grep -E '^(---|ok|FAIL|    fault)'

build: ## build both programs into bin/
	@.ci/setup build
	CGO_ENABLED=0 go build -trimpath -o bin/leeward-office ./sync/office
	go build -tags no_emoji -trimpath -o bin/leeward ./app

race: ## the tests of what runs at once, under the race detector
	@.ci/race

layers: ## who may import whom
	go test $(HEADLESS) -count=1 ./internal

lint: ## format, vet, staticcheck, known vulnerabilities, tidy
	@.ci/lint

cross: ## build everything without Fyne where it has to run
	@.ci/cross

window: ## walk interviews through the real window under Xvfb
	@.ci/setup build show
	@$(MAKE) --no-print-directory build
	@.ci/demo --headless ar my

browser: ## the dashboard in headless Chromium
	@.ci/setup test
	go test -tags browser -count=1 -timeout 40m -run Browser ./sync/office

measure: ## how fast the window is, and how large
	@.ci/measure

package: ## pack the app: make package OS=linux|windows|android|darwin
	@.ci/package $(OS)

figures: ## what the road to the office costs, beside what was to be reached: a quarter of an hour
	@.ci/figures

figures-office: ## an office of a million cases: what each page and report takes, alone and while batches arrive: half an hour
	set -o pipefail; CGO_ENABLED=0 go test ./sync/office -count=1 -run '^TestFigures$$' -figure-cases 1000000 -figure-rounds 20 -timeout 60m -v | grep -v '^=== '

pictures: ## take the pictures of the docs again
	@.ci/pictures

clean: ## remove what was built and the demonstration's data
	rm -rf bin run
