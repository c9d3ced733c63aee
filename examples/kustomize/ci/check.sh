#!/bin/sh
# Usage: ci/check.sh WRAPPER >rendered.yaml
#
# Builds a wrapper, and fails if kuniq did: or if it never ran, which kustomize
# says nothing of.
set -eu
log=$(mktemp)
trap 'rm -f "$log"' EXIT
code=0
kustomize build --enable-alpha-plugins --enable-exec "$1" 2>"$log" || code=$?
cat "$log" >&2
if [ "$code" -eq 0 ] && ! grep -q '^kuniq: .*, no duplicates' "$log"; then
  echo "kuniq did not run" >&2
  code=3
fi
exit "$code"
