#!/usr/bin/env bash
# The newcomer's way, on a machine that has nothing: makes a bare Debian 12 root with git only, clones the project into it, runs
# .ci/run there, starts script/server and pastes the first request that it prints. By hand, as root, on Debian with debootstrap:
#
#   tests/fresh.sh [--changes] [--no-tests] [FOLDER]
#
# --changes takes the work tree instead of the last commit; --no-tests leaves .ci/run out. FOLDER (default: a temporary one) gets
# the root, about 2 GB; one that already holds a root is used again, with a new clone. The package mirror and what pip needs are
# those of this machine.
set -euo pipefail
project=$(cd "$(dirname "$0")/.." && pwd)
changes= tests=yes folder=
for word in "$@"; do
    case $word in
    --changes) changes=yes ;;
    --no-tests) tests= ;;
    *) folder=$word ;;
    esac
done
if [ "$(id -u)" -ne 0 ] || ! command -v debootstrap >/dev/null; then
    echo "tests/fresh.sh: needs root and debootstrap" >&2
    exit 1
fi
folder=${folder:-$(mktemp -d)}
mkdir -p "$folder"
root=$folder/root

make_root() {
    local mirror
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' 'Codename: bookworm' | head -n 1)
    echo "Making a bare root in $root"
    debootstrap --variant=minbase --include=git bookworm "$root" "$mirror" >"$folder/debootstrap.log"
    rm -f "$root/etc/apt/sources.list"
    cp -r /etc/apt/sources.list.d "$root/etc/apt/"
    # What lets apt and pip reach this machine's mirrors; none of it is part of the project.
    local file
    for file in /etc/apt/sources.list /etc/apt/apt.conf.d/99* /etc/resolv.conf /etc/pip.conf \
        /etc/ssl/certs/ca-certificates.crt /usr/local/share/ca-certificates/*.crt; do
        if [ -e "$file" ]; then
            mkdir -p "$root$(dirname "$file")"
            cp -L "$file" "$root$file"
        fi
    done
    chroot "$root" apt-get -qq update
}

copy_project() {
    rm -rf "$root/home/newcomer/fairway"
    mkdir -p "$root/home/newcomer"
    if [ -n "$changes" ]; then
        mkdir "$root/home/newcomer/fairway"
        git -C "$project" ls-files -z --cached --others --exclude-standard |
            tar -C "$project" --null --ignore-failed-read -T - -c | tar -C "$root/home/newcomer/fairway" -x --no-same-owner
    else
        git clone -q --no-local "$project" "$root/home/newcomer/fairway"
    fi
}

# inside COMMAND: in the root, with an environment that has nothing of this machine's. A mount and process namespace of its own, so
# that nothing is left behind.
inside() {
    unshare --mount --pid --fork bash -c '
        mount --bind "$1" "$1" && mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev"
        exec env -i HOME=/home/newcomer PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin CI=true LC_ALL=C.UTF-8 \
            chroot "$1" bash -c "cd /home/newcomer/fairway && $2"' - "$root" "$1"
}

# A newcomer's session: start, paste, stop, start again.
session='
out=/home/newcomer/server.out
begin() {
    script/server --listen 127.0.0.1:0 >$out 2>/home/newcomer/server.log &
    server=$!
    for i in $(seq 1200); do
        if grep -q "Ctrl-C stops" $out; then return; fi
        if ! kill -0 $server 2>/dev/null; then break; fi
        sleep 0.5
    done
    cat $out /home/newcomer/server.log
    exit 1
}
paste() {
    sed -n "/^curl/,/^\$/p" $out >/home/newcomer/pasted
    reply=$(bash /home/newcomer/pasted)
    case $reply in
    *\"object\":\"experiment\"*) echo "the first request works: ${reply:0:110}..." ;;
    *) echo "the first request failed: $reply"; exit 1 ;;
    esac
}
begin
paste
first=$(grep token $out | head -n 1)
kill -TERM $server
wait $server
begin
paste
if [ "$first" != "$(grep token $out | head -n 1)" ]; then echo "the second start printed another token"; exit 1; fi
kill -TERM $server
wait $server
echo "stopped, started again, same token"
'

[ -e "$root/usr/bin/git" ] || make_root
copy_project
if [ -n "$tests" ]; then
    inside 'bash .ci/run </dev/null'
fi
printf '%s' "$session" >"$root/home/newcomer/session"
inside 'bash /home/newcomer/session'
echo "everything is in $folder"
