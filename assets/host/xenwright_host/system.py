"""How slow this host is, and commands and files within bounds."""

import contextlib
import json
import os
import selectors
import subprocess
import time

# What the tests put in the place of / for files that the kernel, Xen's tools or other units write.
ROOT = os.environ.get("XENWRIGHT_ROOT", "")
MEASURED = ROOT + "/run/xenwright/slowness"


def slowness():
    """How much slower than an ordinary host this one is (an emulated one above all): by how long kernel and initrd took
    at boot.
    """
    if "XENWRIGHT_SLOW" in os.environ:
        return float(os.environ["XENWRIGHT_SLOW"])
    # The same until the next boot, for every script that starts.
    known = read(MEASURED)
    try:
        return max(1.0, min(10.0, float(known or ask_systemd())))
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return 1.0


def ask_systemd():
    shown = subprocess.run(
        ["systemctl", "show", "-p", "UserspaceTimestampMonotonic", "--value"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=60,
    ).stdout
    found = "%.3f" % (int(shown) / 10_000_000)
    # Several scripts may start at once, and tests have no such folder.
    with contextlib.suppress(OSError):
        if os.path.isdir(os.path.dirname(MEASURED)):
            write_whole(MEASURED, found)
    return found


def run(*argv, limit=30, most=1 << 20):
    """(exit code, standard output, standard error); never raises, never waits longer than its limit, keeps the first
    bytes of each only. 124 is: did not answer.
    """
    limit *= max(1.0, SLOW)
    until = time.monotonic() + limit
    try:
        child = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    except (OSError, ValueError) as error:
        return 127, "", str(error)
    kept = {child.stdout.fileno(): bytearray(), child.stderr.fileno(): bytearray()}
    with child.stdout, child.stderr, selectors.DefaultSelector() as ready:
        said = list(kept.values())
        for stream in kept:
            ready.register(stream, selectors.EVENT_READ)
        while ready.get_map() and time.monotonic() < until:
            for key, _ in ready.select(max(0.0, until - time.monotonic())):
                part = os.read(key.fd, 65536)
                if not part:
                    ready.unregister(key.fd)
                kept[key.fd] += part[: max(0, most - len(kept[key.fd]))]
        try:
            code = child.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            try:
                child.wait(5)
            except subprocess.TimeoutExpired:
                pass
            return 124, "", "%s did not answer within %d s" % (" ".join(argv[:2]), limit)
    return (code, *(text.decode("utf-8", "replace").strip() for text in said))


def read(path, default=None):
    try:
        with open(path, errors="replace") as file:
            return file.read().strip()
    except OSError:
        return default


def load(path, default):
    try:
        return json.loads(read(path, ""))
    except (ValueError, RecursionError):
        return default


def write_whole(path, text, mode=0o644):
    """Whole or not at all, also when the power fails."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with os.fdopen(os.open(path + ".new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, mode), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.rename(path + ".new", path)


def boot_id():
    """Of this very start; None where the kernel tells none."""
    return read(ROOT + "/proc/sys/kernel/random/boot_id") or None


SLOW = slowness()
