#!/usr/bin/env bash
# Installs the Debian packages of the given lists that are missing, and says which and why. Nothing is installed twice:
# when all are there, it asks dpkg once and is silent.
# Usage: tools/install.sh tools/packages-run.txt [tools/packages-test.txt]
set -euo pipefail
cd "$(dirname "$0")/.."

wanted() { cat "$@" | sed -e 's/#.*//' -e '/^[[:space:]]*$/d'; }

# A package from elsewhere may stand in for Debian's: another Node.js brings npm with it, and conflicts with Debian's.
already_there() {
    case $1 in
    nodejs) command -v node >/dev/null && node -e 'process.exit(+process.versions.node.split(".")[0] < 18)' ;;
    npm) command -v npm >/dev/null ;;
    pkg-config) command -v pkg-config >/dev/null ;;
    *) return 1 ;;
    esac
}

installed=$(dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' 2>/dev/null | sed -n 's/^ii  *//p')
missing=()
while read -r package reason; do
    grep -qxF "$package" <<<"$installed" && continue
    already_there "$package" && continue
    [ ${#missing[@]} -gt 0 ] || echo "These Debian packages are needed and not installed yet:"
    printf '  %-22s %s\n' "$package" "$reason"
    missing+=("$package")
done < <(wanted "$@")
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "Please install them as root, or install sudo: apt-get install ${missing[*]}"; exit 1; }
    echo "apt-get needs administrator's rights; sudo may ask for your password."
    as_root=(sudo)
fi
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -q
"${as_root[@]}" apt-get install -q -y --no-install-recommends "${missing[@]}"
