# Sourced by scripts/start and scripts/test: everything that a fresh machine lacks, installed once.
# Needs git and any Node with npm. The right Node comes with the packages of package-lock.json.

cd "$(dirname "${BASH_SOURCE[0]}")/.."

fail() {
  printf '%s\n' "$@" >&2
  exit 2
}

command -v npm >/dev/null || fail "npm is missing. Install any Node with npm, for example: sudo apt-get install -y nodejs npm"

# The stamp is a copy of the lock file: while both are equal, what is installed is what is locked.
if ! cmp -s package-lock.json node_modules/.installed-lock; then
  printf 'Installing the packages of package-lock.json (once) ...\n' >&2
  rm -f node_modules/.installed-lock
  # Not `npm ci`: it refuses a lock file that lacks binaries of the tools for systems that the registry does not carry.
  npm install --no-save --ignore-scripts --no-audit --no-fund --loglevel=error >&2 ||
    fail "npm install failed, see above. The npm registry must be reachable for the first run."
  # So that npx welfare-hub and npm scripts find the command of this checkout.
  ln -sf ../../scripts/launch.js node_modules/.bin/welfare-hub
  cp package-lock.json node_modules/.installed-lock
fi

export PATH="$PWD/node_modules/.bin:$PATH"

major=$(node -p 'process.versions.node.split(".")[0]')
[ "$major" -ge 24 ] ||
  fail "Node 24 or newer is needed and the packages bring it for Linux on x64 and arm64; this machine runs Node $major."

# need_debian COMMAND=PACKAGE ... installs the Debian packages of the commands that are missing, or says how.
need_debian() {
  local pair missing=()
  for pair in "$@"; do
    PATH="$PATH:/usr/sbin:/sbin" command -v "${pair%%=*}" >/dev/null || missing+=("${pair#*=}")
  done
  [ ${#missing[@]} -eq 0 ] && return
  local sudo=()
  if [ "$(id -u)" -ne 0 ]; then
    sudo -n true 2>/dev/null || fail "These Debian packages are missing. Run:" \
      "  sudo apt-get install -y --no-install-recommends ${missing[*]}"
    sudo=(sudo -n)
  fi
  printf 'Installing Debian packages (once): %s\n' "${missing[*]}" >&2
  "${sudo[@]}" apt-get update -qq >&2 &&
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
    fail "apt-get could not install: ${missing[*]}"
}
