"""Who uses a disk or an image: the proof that a guest may be started on it. xl's own check sees neither loops nor swap,
mappings, images of QEMU or mounts of other namespaces, and the kernel lets a live disk be opened by anybody. As
Xenwright itself answers (src/facts/disk-uses.ts); a test holds both to the same words on the same machine. Looks only.
"""

import fcntl
import glob
import os
import re
import stat
import struct
import threading

from xenwright_host.guest_data import printable
from xenwright_host.system import ROOT, read, run

NO_ANSWER = "xenstore (no answer)"
NOTES = ROOT + "/var/lib/xenwright/rescue"
SAVED = ROOT + "/var/lib/xen/save"
ENTRY = re.compile(
    r'/local/domain/(\d+)/backend/(?:vbd|vbd3|vbd2|qdisk|tap|9pfs|vscsi)/(\d+)/([^/]+)/([^ ]+) = "(.*)"'
)
NAME = re.compile(r'/local/domain/(\d+)/name = "(.*)"')
# aio:/dev/vg/x, qcow2:/srv/x, tapdisk:vhd:/srv/x.
PREFIXES = re.compile(r"^(?:[a-z0-9_-]+:)+(?=/)")
PATH_KEYS = {"params", "tapdisk-params", "physical-device-path", "dev", "path", "p-dev"}
# Programs that give a disk to somebody else; whoever only reads there would read nonsense.
HANDS_OUT = re.compile(r"(qemu|tapdisk|blktap|nbdkit|nbd-server|tgtd)")
# Others are not asked for: a file on a server that is gone would be waited for.
IS_DEVICE = re.compile(r"(^|/)dev/|(^|/)(sd|vd|xvd|hd|nvme|mmcblk|dm-|md|loop|nbd|drbd|zd|bcache|rbd)[a-z0-9_-]*$")
NO_DISK = re.compile(r"/dev/(null|zero|full|random|urandom|tty|pts/|ptmx|console|hvc|kmsg|fuse|shm/|mqueue/)")
HAS_ALL = re.compile("(xen|loop|target|nvme-target):")
SEVERAL_DISKS = ("btrfs", "bcachefs")
LOOP_GET_STATUS64 = 0x4C05
# A dying disk lets an open wait for minutes.
CLAIM_SECONDS = 10
# xl writes the guest's configuration at the beginning of an image of its memory.
MOST_OF_SAVED = 256 * 1024


def number_of(path):
    """The number ("8:16") of the block device behind a path."""
    try:
        known = os.stat(path)
    except (OSError, ValueError):
        return None
    return "%d:%d" % (os.major(known.st_rdev), os.minor(known.st_rdev)) if stat.S_ISBLK(known.st_mode) else None


def file_of(path):
    """The very file behind a path, whatever it is called elsewhere."""
    try:
        known = os.stat(path)
    except (OSError, ValueError):
        return None
    return (known.st_dev, known.st_ino) if stat.S_ISREG(known.st_mode) else None


def unescaped(text):
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), text)


def backends():
    """(guest, device number or None, path or None) of every disk that this system serves; None where that cannot be
    known.
    """
    is_control = "control_d" in read(ROOT + "/proc/xen/capabilities", "")
    if not is_control and read("/sys/hypervisor/type", "") != "xen":
        return []
    code, text, _ = run("xenstore-ls", "-f", "/local/domain", most=64 << 20)
    if code != 0:
        return None if is_control else []
    # Whoever controls guests is number 0: each command takes a second on a slow host.
    code, own, _ = (1, "", "") if is_control else run("xenstore-read", "domid")
    own = own if code == 0 and own != "" else "0"
    names, found = {}, {}
    for line in text.split("\n"):
        named = NAME.fullmatch(line)
        if named:
            names[named[1]] = named[2]
        entry = ENTRY.fullmatch(line)
        if entry is None or entry[1] != own:
            continue
        _, guest, device, key, value = entry.groups()
        one = found.setdefault((guest, device, line.split("/")[5]), {"guest": guest, "device": None, "paths": []})
        pair = re.fullmatch(r"([0-9a-fA-F]+):([0-9a-fA-F]+)", value)
        if key == "physical-device" and pair:
            one["device"] = "%d:%d" % (int(pair[1], 16), int(pair[2], 16))
        elif key in PATH_KEYS and PREFIXES.sub("", value).startswith("/"):
            one["paths"].append(PREFIXES.sub("", value))
    return [
        (names.get(one["guest"]) or one["guest"], one["device"], path)
        for one in found.values()
        for path in (one["paths"] or ([None] if one["device"] else []))
    ]


def mounts():
    """(device number, type, source, words) of every mount of every namespace, this one's first."""
    seen, found = set(), []
    others = [int(name) for name in os.listdir("/proc") if name.isdigit() and int(name) != os.getpid()]
    for pid in [os.getpid()] + others:
        try:
            space = os.stat("/proc/%d/ns/mnt" % pid).st_ino
        except OSError:
            continue
        text = None if space in seen else read("/proc/%d/mountinfo" % pid)
        if text is None:
            continue
        seen.add(space)
        for line in text.split("\n"):
            before, _, after = line.partition(" - ")
            head, tail = before.split(" "), after.split(" ")
            if len(head) > 4 and len(tail) > 1:
                found.append((head[2], tail[0], unescaped(tail[1]), unescaped(head[4]), len(seen) == 1, pid))
    return found


def loops():
    """(name, device number below or None, file below or None) of every loop device that lies on something."""
    found = []
    for folder in glob.glob("/sys/class/block/loop*/loop"):
        name = folder.split("/")[4]
        device, file = None, None
        try:
            descriptor = os.open("/dev/" + name, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            try:
                told = struct.unpack_from("QQQ", fcntl.ioctl(descriptor, LOOP_GET_STATUS64, bytes(232)))
            finally:
                os.close(descriptor)
            file = (told[0], told[1])
            device = "%d:%d" % (os.major(told[2]), os.minor(told[2])) if told[2] else None
        except OSError:
            pass
        path = re.sub(r" \(deleted\)$", "", read(folder + "/backing_file", ""))
        if path.startswith("/"):
            found.append((name, device or number_of(path), file or file_of(path)))
    return found


def open_files():
    """(words, path, inode or None, descriptor) of what others write to, or may hand to somebody."""
    found = set()
    for folder in glob.glob("/proc/[0-9]*/fd"):
        pid = int(folder.split("/")[2])
        try:
            names = os.listdir(folder) if pid != os.getpid() else []
        except OSError:
            continue
        program = read("/proc/%d/comm" % pid, "") if names else ""
        for name in names:
            try:
                path = os.readlink("%s/%s" % (folder, name))
            except OSError:
                continue
            if not path.startswith("/") or NO_DISK.search(path):
                continue
            info = read("/proc/%d/fdinfo/%s" % (pid, name), "")
            flags, inode = re.search(r"^flags:\s*([0-7]+)", info, re.M), re.search(r"^ino:\s*(\d+)", info, re.M)
            if HANDS_OUT.match(program) or (flags and int(flags[1], 8) & 3):
                word = "process:%s (%d)" % (program, pid)
                found.add((word, path, int(inode[1]) if inode else None, "%s/%s" % (folder, name)))
    return found


def open_mappings():
    """Numbers of the mapped devices that somebody has open."""
    words = ("--columns", "--noheadings", "--separator", " ", "--options", "major,minor,open")
    code, text, _ = run("dmsetup", "info", *words)
    rows = [line.split() for line in text.split("\n")] if code == 0 else []
    return {"%s:%s" % (row[0], row[1]) for row in rows if len(row) == 3 and row[2].isdigit() and int(row[2]) > 0}


def targets():
    """(words, path) of disks that are handed to other machines."""
    found = []
    for path in glob.glob("/sys/kernel/config/target/core/*/*/udev_path"):
        found.append(("target:" + path.split("/")[-2], read(path, "")))
    for path in glob.glob("/sys/kernel/config/nvmet/subsystems/*/namespaces/*/device_path"):
        if read(os.path.dirname(path) + "/enable") == "1":
            found.append(("nvme-target:" + path.split("/")[-4], read(path, "")))
    return found


def members():
    """(words, device name) of mounted filesystems on several disks, whose mounts name one of them."""
    found = [("btrfs:" + path.split("/")[-3], path.split("/")[-1]) for path in glob.glob("/sys/fs/btrfs/*/devices/*")]
    for path in glob.glob("/sys/fs/bcachefs/*/dev-*/block"):
        found.append(("bcachefs:" + path.split("/")[-3], os.path.basename(os.path.realpath(path))))
    return found


def claimed(path):
    """Has the kernel given this device to somebody? open(2): without O_CREAT, O_EXCL is Linux's own."""
    answer = []

    def ask():
        try:
            os.close(os.open(path, os.O_RDONLY | os.O_EXCL | os.O_NONBLOCK | os.O_CLOEXEC))
        except OSError as error:
            answer.append(error.errno == 16)

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(CLAIM_SECONDS)
    return any(answer)


def family(number):
    """(number, name, is it mapped or assembled) of a device and of all that stands on it: partitions and holders."""
    found, waiting = {}, [os.path.realpath("/sys/dev/block/" + number)]
    while waiting:
        folder = waiting.pop()
        own = read(folder + "/dev")
        if own is None or own in found:
            continue
        parts = [os.path.dirname(path) for path in glob.glob(folder + "/*/partition")]
        above = glob.glob(folder + "/holders/*")
        found[own] = (os.path.basename(folder), bool(parts or above), read(folder + "/dm/name"))
        waiting += [os.path.realpath(path) for path in parts + above]
    return found


def below(number):
    """Numbers of the devices that a device is a part of, or stands on."""
    found, waiting = set(), [os.path.realpath("/sys/dev/block/" + number)]
    while waiting:
        folder = waiting.pop()
        whole = [os.path.dirname(folder)] if os.path.exists(folder + "/partition") else []
        for under in whole + [os.path.realpath(path) for path in glob.glob(folder + "/slaves/*")]:
            own = read(under + "/dev")
            if own is not None and own not in found:
                found.add(own)
                waiting.append(under)
    return found


def known_of(text):
    """Paths in what xl or Xenwright has written down of a guest's disks."""
    return re.findall(r'"(?:pdev_path|path)"\s*:\s*"(/(?:[^"\\]|\\.)*)"', text)


def kept_by_others(name):
    """(words, path) of disks of guests that were saved, whose memory knows them, and of those that a command has in
    hand; `name`: whose own are no news.
    """
    found = []
    for path in glob.glob(NOTES + "/*.json"):
        owner = os.path.basename(path)[: -len(".json")]
        found += [("owned:" + owner, disk) for disk in known_of(read(path, "")) if owner != name]
    for path in glob.glob(SAVED + "/*"):
        owner = os.path.basename(path)
        try:
            with open(path, "rb") as file:
                text = file.read(MOST_OF_SAVED).decode("utf-8", "replace")
        except OSError:
            continue
        found += [("saved:" + owner, disk) for disk in known_of(text) if owner != name]
    return found


class Look:
    """One look at the machine, for as many disks as one likes. `name`: for whom they are meant."""

    def __init__(self, name=None):
        self.numbers, self.files, self.every = {}, {}, []
        served = backends()
        if served is None:
            self.every.append(NO_ANSWER)
        for guest, device, path in served or []:
            self.add("xen:" + guest, device, path)
        for name_of_loop, device, file in loops():
            self.note(self.numbers, device, "loop:" + name_of_loop)
            self.note(self.files, file, "loop:" + name_of_loop)
        for word, path in targets() + kept_by_others(name):
            self.add(word, None, path)
        self.opened = open_files()
        for word, path, _, descriptor in self.opened:
            if IS_DEVICE.search(path):
                self.note(self.numbers, number_of(descriptor), word)
        for line in read("/proc/swaps", "").split("\n")[1:]:
            self.add("swap", None, unescaped(line.split(" ")[0].split("\t")[0]))
        for word, device in members():
            self.note(self.numbers, read("/sys/class/block/%s/dev" % device), word)
        self.places, self.open = self.mounted(), open_mappings()

    @staticmethod
    def note(where, key, word):
        if key is not None:
            where.setdefault(key, set()).add(printable(word, 400))

    def add(self, word, device, path):
        self.note(self.numbers, device, word)
        if path and path.startswith("/"):
            self.note(self.numbers, number_of(path), word)
            self.note(self.files, file_of(path), word)

    @staticmethod
    def mounted():
        """The first namespace that has a place says it: the same one in others is a copy of it."""
        found = {}
        for device, kind, source, at, is_own, pid in mounts():
            several = kind in SEVERAL_DISKS
            for number in [number_of(one) for one in re.split(r":(?=/)", source)] if several else [device]:
                word = printable(at if is_own else "%s (mounts of process %d)" % (at, pid), 400)
                found.setdefault(number, {}).setdefault(at, word)
        return found

    def users_of_file(self, path):
        """What others have open is asked for only where path or inode fit."""
        real, file = os.path.realpath(path), file_of(path)
        if file is None:
            return set()
        found = set(self.files.get(file, ()))
        for word, opened, inode, descriptor in self.opened:
            if opened == real or (inode == file[1] and file_of(descriptor) == file):
                found.add(printable(word, 400))
        return found

    def users(self, path):
        """Words for everybody who uses a device or an image; none when nobody does, or there is no such thing."""
        number = number_of(path)
        if number is None:
            return sorted(self.users_of_file(path))
        found = set(self.every)
        # Whoever has all of what it is a part of has this part.
        for own in below(number):
            found |= {word for word in self.numbers.get(own, ()) if HAS_ALL.match(word)}
        for own, (name, has_more, mapped) in family(number).items():
            words = self.numbers.get(own, set()) | set(self.places.get(own, {}).values())
            if own in self.open and not has_more and not self.places.get(own):
                words = words | {"open:" + (mapped or name)}
            elif not words and not has_more and claimed("/dev/" + name.replace("!", "/")):
                words = {"claimed:/dev/" + name.replace("!", "/")}
            found |= words
        return sorted(found)
