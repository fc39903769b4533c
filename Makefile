# The tools that check the code are pinned in tools/go.mod, a module of their
# own, so that go.mod names only what the product is made of.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c

VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
FUZZTIME ?= 30s

.PHONY: build check test servers bench fuzz demo FORCE

# The zone data is built in: scratch images and Windows have none.
build:
	CGO_ENABLED=0 go build -trimpath -tags timetzdata -ldflags '-s -w -X main.version=$(VERSION)' -o bin/ ./cmd/...

check: bin/golangci-lint
	@unformatted=$$(gofmt -l .); [ -z "$$unformatted" ] || { echo "not formatted with gofmt:"; echo "$$unformatted"; exit 1; }
	go vet -tags bench ./...
	go -C tools vet ./...
	bin/golangci-lint run ./...
	go test ./conformance/house
	go -C tools test ./...
	tools/vulnerabilities
	GOOS=windows CGO_ENABLED=0 go build ./...
	GOOS=darwin CGO_ENABLED=0 go build ./...

# Everything, against real servers; what is missing is installed where that is
# allowed, and a skipped test is a failure.
test: bin/servers bin/gotest
	conformance/contract/servers/install
	MUSTER_TEST_SERVERS=all bin/servers -- bin/gotest -timeout 30m ./...

# The servers alone, until interrupted; it prints the variables to export.
servers: bin/servers
	@conformance/contract/servers/install
	@bin/servers

# The floors: tests named TestFloor... in files with the build tag bench.
bench: bin/servers
	conformance/contract/servers/install
	MUSTER_TEST_SERVERS=all bin/servers -servers openldap -accesslog=false -- \
		go test -tags bench -run '^TestFloor' -count 1 -p 1 -timeout 30m -v ./...

# Each fuzz target for FUZZTIME.
fuzz:
	@{ grep -rE --include='*_test.go' -o '^func Fuzz[A-Za-z0-9_]+' . || true; } | sed 's/:func / /' | while read -r file target; do \
		echo "$$target in $$(dirname "$$file")"; \
		go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) "$$(dirname "$$file")"; \
	done

demo:
	go run ./cmd/muster demo

bin/golangci-lint: tools/go.mod tools/go.sum
	GOBIN=$(CURDIR)/bin go -C tools install tool
	@touch $@

bin/servers: FORCE
	@go build -o $@ ./conformance/contract/servers/run

bin/gotest: FORCE
	@go -C tools build -o ../bin/gotest ./gotest
