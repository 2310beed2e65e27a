#!/bin/sh
# Builds the box: `vmlinux` and `initrd.img`, all of it from Debian's packages.
#
#   build.sh FOLDER
#
# FOLDER comes to be when all is well, or not at all. What must be installed is in install.sh.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
folder=$1
PATH="$PATH:/usr/sbin:/sbin:/usr/libexec/bluetooth"

missing=
for program in apt-cache apt-get dpkg-deb python3 depmod modprobe strip cpio gcc busybox \
    dbus-daemon bluetoothd socat; do
    command -v "$program" >/dev/null || missing="$missing $program"
done
[ -z "$missing" ] || { echo "missing:$missing" >&2; exit 1; }

mkdir -p "$(dirname "$folder")"
work=$(mktemp -d "$folder.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# The kernel: the newest that Debian's `linux-image-amd64` stands for.
package=$(apt-cache depends linux-image-amd64 | sed -n 's/.*Depends: \(linux-image-[0-9].*\)/\1/p')
[ -n "$package" ] || { echo "apt knows no linux-image-amd64; run: apt-get update" >&2; exit 1; }
mkdir "$work/kernel"
(cd "$work/kernel" && apt-get -qq -o APT::Sandbox::User=root download "$package" && dpkg-deb -x ./*.deb .)
release=${package#linux-image-}
python3 "$here/vmlinux.py" "$work/kernel/boot/vmlinuz-$release" "$work/vmlinux"

root=$work/root
mkdir -p "$root/bin" "$root/dev" "$root/etc" "$root/lib/modules" "$root/proc" "$root/run/dbus" \
    "$root/sys" "$root/tmp" "$root/var/lib/bluetooth" "$root/modules"
ln -s ../run "$root/var/run"

# Modules, each behind what it needs. Without a random generator (drbg) there is no pairing by
# elliptic curves, and the kernel complains at every start.
depmod -b "$work/kernel" "$release"
for module in sha512_generic ctr drbg virtio_pci virtio_rng virtio_net crc16 ecc ecdh_generic \
    cmac ecb ccm algif_hash algif_skcipher uhid hci_vhci; do
    modprobe -d "$work/kernel" -S "$release" --show-depends "$module"
done | sed -n 's/^insmod \([^ ]*\).*/\1/p' | awk '!seen[$0]++' | while read -r file; do
    name=$(basename "$file")
    strip --strip-debug -o "$root/modules/$name" "$file"
    echo "$name" >>"$root/modules/order"
done

# Programs, with the libraries they are linked to.
cp /bin/busybox "$root/bin/busybox"
for name in sh mount mkdir insmod cat echo ifconfig route sleep kill pidof setsid; do
    ln -s busybox "$root/bin/$name"
done
for program in dbus-daemon bluetoothd socat; do
    path=$(command -v "$program")
    cp "$path" "$root/bin/"
    ldd "$path" | sed -n 's/^[^/]*\(\/[^ ]*\) (0x.*/\1/p'
done | sort -u | while read -r library; do
    mkdir -p "$root$(dirname "$library")"
    cp -L "$library" "$root$library"
done
gcc -O2 -static -o "$root/bin/vhci_relay" "$here/vhci_relay.c"
install -m 755 "$here/order" "$root/bin/order"
install -m 755 "$here/init" "$root/init"
cp "$here/dbus.conf" "$root/etc/dbus.conf"
echo "root:x:0:0:root:/:/bin/sh" >"$root/etc/passwd"
echo "root:x:0:" >"$root/etc/group"
printf 'passwd: files\ngroup: files\n' >"$root/etc/nsswitch.conf"

(cd "$root" && find . | cpio -o -H newc -R 0:0 --quiet | gzip -1) >"$work/initrd.img"
rm -rf "$work/kernel" "$root"
chmod 755 "$work"
# Another run may have been quicker.
mv -T "$work" "$folder" 2>/dev/null || [ -d "$folder" ]
