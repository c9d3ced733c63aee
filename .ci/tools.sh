# shellcheck shell=bash
# Installs the tools of the gates. The scripts here source it.
tools=$(go env GOPATH)/kuniq-ci/bin

# install NAME MODULE/PATH VERSION puts a tool into $tools, once a version.
install() {
  local stamp="$tools/.$1-$3"
  [ -e "$stamp" ] && return
  GOBIN="$tools" go install "$2@$3"
  touch "$stamp"
}

# release_tools installs the tools that make a release.
release_tools() {
  install goreleaser github.com/goreleaser/goreleaser/v2 v2.16.0
  install cyclonedx-gomod github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod v1.10.0
}
