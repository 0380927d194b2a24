#!/bin/sh
# Measures this engine and @getodk/xforms-engine on the same questionnaire of 1,000 questions with a chain of
# 100, one after the other, and prints the ratio. Needs node 20 and the npm registry; everything is done in a
# temporary folder, and nothing of it becomes part of this module.
set -eu
cd "$(dirname "$0")/../../.."
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
CGO_ENABLED=0 go test -count=1 ./schema/bench/peer -dir "$dir" >/dev/null
cp schema/bench/peer/peer.mjs "$dir"
cd "$dir"
printf '{"private":true}' > package.json
npm install --silent --no-audit --no-fund @getodk/xforms-engine@0.22.0 jsdom@22.1.0 >/dev/null 2>&1
node peer.mjs "$dir"
