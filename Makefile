# `make run` shows the main job on this machine; `make test` passes every test. Both install what they need.
SHELL := /bin/bash
# Node 26 comes from npm: whatever Node the machine has only starts npm itself.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)
FUZZ_SECONDS ?= 60
CONFORMANCE ?=
export TARGETS

.PHONY: run abuse test test-dist build dist executable check fuzz volume faults outages soak mutants bench conformance man clean

run: build
	@node bin/demo.js

test: build executable check
	@bash bin/test-needs.sh
	node --disable-warning=ExperimentalWarning node_modules/vitest/vitest.mjs run --reporter=dot --reporter=json --outputFile.json=dist/tests.json
	@node bin/test-counts.js dist/tests.json

build: dist/tunnelkit.js

# The same program tests, run with the single executable instead of the launcher.
test-dist: executable
	@bash bin/test-needs.sh
	TUNNELKIT_PROGRAM=dist/tunnelkit node --disable-warning=ExperimentalWarning node_modules/vitest/vitest.mjs run --project program --project alone --reporter=dot

# What is handed out: the executable and its archive, for this machine and for each of TARGETS="linux-arm64 darwin-arm64 darwin-x64 win-x64".
dist: build
	@node bin/dist.js

executable: dist/tunnelkit

# The lock file decides; no dependency needs its install script.
node_modules/.package-lock.json: package-lock.json
	npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error
	@touch $@

dist/tunnelkit.js: node_modules/.package-lock.json bin/build.js $(wildcard bin/bundle/*.js) package.json $(shell find src -name '*.ts' ! -name '*.test.ts' ! -name '*.suite.ts' ! -name '*.testkit.ts')
	node bin/build.js

dist/tunnelkit: dist/tunnelkit.js bin/dist.js $(filter-out %.test.js,$(wildcard bin/release/*.js))
	node bin/dist.js --executable

# Types, lint, import matrix, budgets.
check: node_modules/.package-lock.json
	tsc -p .
	biome check --error-on-warnings .
	node node_modules/vitest/vitest.mjs run --project unit --reporter=dot src/architecture.test.ts

fuzz: node_modules/.package-lock.json
	FUZZ_SECONDS=$(FUZZ_SECONDS) node node_modules/vitest/vitest.mjs run --project unit --testTimeout=3600000 fuzz

# A gigabyte each way between real services, and 500 damaged streams a round to each listener: what the tests do with less.
volume: build
	@bash bin/test-needs.sh
	VOLUME_MIB=1024 HOSTILE_STREAMS=500 node --disable-warning=ExperimentalWarning node_modules/vitest/vitest.mjs run --project program real-services hostile.test

# Byte-exact or visibly aborted: the executable under every fault on every hop, with every protocol. FAULTS_BYTES, FAULTS_COUNT and
# FAULTS_SECONDS say how much; needs root, for a network namespace and nftables. Then the outages, and five minutes of the soak.
faults: executable
	@bash bin/test-needs.sh
	@node --disable-warning=ExperimentalWarning bin/faults.js
	@node --disable-warning=ExperimentalWarning bin/outages.js
	@SOAK_MINUTES=5 node --disable-warning=ExperimentalWarning bin/soak.js

# What is promised of links (R1, R2, R7, R8, R10, R13): gateway, agents, network and clocks go away and come back; half an hour. OUTAGES=R1,R8
# says which.
outages: executable
	@bash bin/test-needs.sh
	@node --disable-warning=ExperimentalWarning bin/outages.js

# Nothing grows: a mixed load (200 requests a second, WebSockets, TCP, UDP) for SOAK_MINUTES (60) with a fault every three seconds.
soak: executable
	@bash bin/test-needs.sh
	@node --disable-warning=ExperimentalWarning bin/soak.js

# Slow and stalled visitors, and strangers by the thousand, against the executable with its default limits: what others see meanwhile.
# Fails where a promise is broken. `node bin/abuse.js slow|stalled|garbage|pending` takes one; a quiet machine gives better figures.
abuse: executable
	@bash bin/test-needs.sh
	@node --disable-warning=ExperimentalWarning bin/abuse.js

# Plants each bug of fixtures/mutants in a copy of the sources and runs the suite that must notice it.
mutants: node_modules/.package-lock.json
	@node bin/mutants.js

# Speed through the tunnel as ratios to the direct path; fails (99) below what a sketch over Node's own sockets and TLS reached, less a fifth.
bench: build
	@bash bin/test-needs.sh
	bin/tunnelkit bench --threshold 'http.c64.ratio>0.25' --threshold 'host.c64.ratio>0.15' --threshold 'bulk.down.c1.ratio>0.12'

# Every HTTP case through the real program, beside nginx and haproxy with the same raw origins, at full length, and what means something
# in HTTP/2 once more by visitors who speak it; CONFORMANCE="--quick" is short, "--only P1,P2" some, "--json FILE" for programs. Fails when one of ours is not as promised.
conformance: executable
	@bash bin/test-needs.sh
	node bin/conformance.js $(CONFORMANCE)

# The manual pages, from the command table and the configuration's schema. A test fails when they are not up to date.
man: node_modules/.package-lock.json
	@node bin/man.js

clean:
	rm -rf dist node_modules
