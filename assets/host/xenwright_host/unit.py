"""A guest's own unit of systemd, xenwright-domu@NAME.service. xl create leaves a process behind that restarts its guest:
in the unit it outlives the session or the starter that asked for it.
"""

import json
import os
import re
import select
import socket

from xenwright_host.creation import create, reason
from xenwright_host.records import STARTS, domid
from xenwright_host.system import ROOT, load, read, run, write_whole
from xenwright_host.xl_owner import owners

TEMPLATE = ROOT + "/etc/systemd/system/xenwright-domu@.service"
# systemd answers when xl has: its own time, looks at disks, and waiting for the lock.
LIMIT = 600


def have_units():
    """Is systemd there, and has this host the units? Older ones have not."""
    return os.path.exists(TEMPLATE) and os.path.isdir(ROOT + "/run/systemd/system")


def escaped(name):
    """As systemd-escape(1) does, for a name without a slash."""
    text = "".join(
        sign if re.fullmatch(r"[A-Za-z0-9:_.]", sign) else "".join("\\x%02x" % byte for byte in sign.encode())
        for sign in name
    )
    return re.sub(r"^\.", r"\\x2e", text)


def unit_of(name):
    return "xenwright-domu@%s.service" % escaped(name)


def create_in_unit(record, wish):
    """As create() does, by the unit: the wish is laid where that finds it, and so is what came of it."""
    name = record["name"]
    said = "%s/%s.said" % (STARTS, name)
    asked = "%s/%s.wish" % (STARTS, name)
    write_whole(asked, json.dumps({**wish, "pid": os.getpid()}))
    try:
        return ask_unit(record, wish, said)
    finally:
        forget(asked)


def ask_unit(record, wish, said):
    name = record["name"]
    # One that still runs though nothing of its guest is left is begun anew.
    for verb in ("start", "restart"):
        forget(said)
        code, out, err = run("systemctl", verb, unit_of(name), limit=LIMIT)
        done = load(said, None)
        if isinstance(done, dict):
            return done
        if code != 0:
            why = "systemctl %s: %s" % (verb, reason(err + "\n" + out))
            return {"did": "failed", "why": why, "again": not wish.get("last"), "seconds": None, "late": False}
        if domid(name) is not None or owners(record):
            break
    return {"did": "there", "why": None, "again": False, "seconds": None, "late": False}


def run_unit(record, systemd):
    """What the unit does: True when the guest runs. systemd is told which process has it in hand."""
    name = record["name"]
    done = create(record, wish_of(name))
    write_whole("%s/%s.said" % (STARTS, name), json.dumps(done))
    if done["did"] in ("failed", "stopped"):
        print("%s: %s" % (name, done["why"] or "it was stopped"), flush=True)
        return False
    hands = [process for process in owners(record) if is_monitor(process)]
    if not hands and done["did"] == "there":
        print("%s: it runs without the xl process that would start it again when it reboots" % name, flush=True)
        return False
    tell_systemd("\n".join(["MAINPID=%d" % process for process in hands[:1]] + ["READY=1"]), systemd)
    return True


def wish_of(name):
    """That of a starter that lives and waits for this; None: somebody started the unit by hand."""
    path = "%s/%s.wish" % (STARTS, name)
    wish = load(path, None)
    forget(path)
    if not isinstance(wish, dict) or not isinstance(wish.get("pid"), int):
        return None
    return wish if os.path.exists("/proc/%d" % wish["pid"]) else None


def is_monitor(process):
    """Not an xl that merely stops it."""
    return "create" in read("/proc/%d/cmdline" % process, "").split("\0") or "restore" in read(
        "/proc/%d/cmdline" % process, ""
    ).split("\0")


def forget(path):
    try:
        os.unlink(path)
    except OSError:
        pass


def tell_systemd(text, path):
    """Waits until it was heard: whoever said it may be gone a moment later. None where nobody listens."""
    if not path:
        return
    path = "\0" + path[1:] if path.startswith("@") else path
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
            told.connect(path)
            told.send(text.encode())
            heard, mine = os.pipe()
            try:
                socket.send_fds(told, [b"BARRIER=1"], [mine])
            finally:
                os.close(mine)
            select.select([heard], [], [], 5)
            os.close(heard)
    except OSError:
        pass


def wait_for_end(process, seconds):
    """systemd ends what is left of a unit when its stop is over: xl's process may still clean up."""
    try:
        descriptor = os.pidfd_open(process)
    except OSError:
        return
    select.select([descriptor], [], [], seconds)
    os.close(descriptor)


def put_right(name):
    """A start that failed is history once it was asked to stop."""
    if have_units():
        run("systemctl", "reset-failed", unit_of(name))
