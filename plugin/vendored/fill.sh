#!/bin/sh
# Fills a directory with what manifests need from elsewhere. Written by "kuniq vendor
# --script"; run it where you trust the network: sh SCRIPT DIR. It keeps all that is there
# already, unless REFRESH is set. HELM_PULL_FLAGS and FLUX_PULL_FLAGS are further flags.
set -u
: "${1:?name the directory to fill}"
mkdir -p -- "$1" && cd -- "$1" || exit 1
GIT_ALLOW_PROTOCOL=https:http:ssh:git GIT_TERMINAL_PROMPT=0
export GIT_ALLOW_PROTOCOL GIT_TERMINAL_PROMPT
failed=0

there() { [ -z "${REFRESH-}" ] && [ -e "$1" ]; }
begin() { rm -rf -- "$1.new" && mkdir -p -- "$1.new"; }
finish() { rm -rf -- "$1" && mv -- "$1.new" "$1"; }

chart() { # PLACE URL FLAG...
	there "$1" && return
	place=$1 && shift && echo "helm pull $*" >&2
	# shellcheck disable=SC2086
	begin "$place" && helm pull ${HELM_PULL_FLAGS-} --destination "$place.new" "$@" && finish "$place"
}

repository() { # PLACE URL
	if there "$1"; then
		echo "git fetch $2" >&2
		git -C "$1" fetch --quiet --force --tags -- "$2" '+refs/heads/*:refs/heads/*'
	else
		echo "git clone $2" >&2
		begin "$1" && git clone --quiet --bare -- "$2" "$1.new" && finish "$1"
	fi
}

commit() { # PLACE URL HASH
	git -C "$1" cat-file -e "$3^{commit}" 2>/dev/null || git -C "$1" fetch --quiet -- "$2" "$3"
}

ref() { # PLACE URL REF
	git -C "$1" fetch --quiet --force -- "$2" "$3:$3"
}

artifact() { # PLACE URL
	there "$1" && return
	echo "flux pull artifact $2" >&2
	# shellcheck disable=SC2086
	begin "$1" && flux pull artifact ${FLUX_PULL_FLAGS-} "$2" --output "$1.new" && finish "$1"
}

file() { # PLACE URL
	there "$1" && return
	echo "curl $2" >&2
	mkdir -p -- "${1%/*}" &&
		curl --fail --silent --show-error --location --globoff --proto '=http,https' --output "$1.new" --url "$2" && finish "$1"
}

# COMMANDS

[ "$failed" = 0 ] || echo 'something was not fetched' >&2
exit "$failed"
