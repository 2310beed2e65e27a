#!/bin/sh
# Installs the real servers and the browser that the tests run against, where it may: on Debian, as
# root or by passwordless sudo. Elsewhere it only says what is missing; the tests that need it skip.
#
#   install.sh [--box]     --box: what `make test-bluez` needs
set -eu

PATH="$PATH:/usr/sbin:/usr/local/sbin"
missing=""

# need PROGRAM PACKAGE
need() {
    command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}

need mosquitto mosquitto
need mosquitto_passwd mosquitto
need mosquitto_sub mosquitto-clients
need influxd influxdb
need victoria-metrics victoria-metrics
need chromium chromium
need aplay alsa-utils
need dbus-daemon dbus
need openssl openssl
need shellcheck shellcheck
need systemd-analyze systemd
if [ "${1:-}" = --box ]; then
    need qemu-system-x86_64 qemu-system-x86
    need bluetoothctl bluez
    need socat socat
    need busybox busybox-static
    need depmod kmod
    need cpio cpio
    need strip binutils
    need gcc gcc
    [ -e /usr/include/stdio.h ] || missing="$missing libc6-dev"
    # The kernel is only unpacked; but where nothing is listed, nothing can be fetched.
    apt-cache show linux-image-amd64 >/dev/null 2>&1 || missing="$missing linux-libc-dev"
fi

[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
    as_root=""
elif sudo -n true 2>/dev/null; then
    as_root="sudo -n"
else
    as_root="none"
fi

if [ "$as_root" = none ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "Missing for the tests:$missing. Install it to run the tests that need it." >&2
    exit 0
fi

echo "Installing for the tests:$missing" >&2
# The lists are meant to split into words.
# shellcheck disable=SC2086
if ! { $as_root apt-get update -qq &&
    $as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends $missing >/dev/null; }; then
    echo "apt-get could not install:$missing. The tests that need it will skip." >&2
fi
