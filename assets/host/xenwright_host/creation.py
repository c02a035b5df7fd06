"""Creates one guest: with the lock that whoever starts or stops it takes, never beside somebody who has it in hand, never
on a disk that somebody else uses, never over an image of its memory.
"""

import contextlib
import fcntl
import json
import os
import re
import time

from xenwright_host.disk_users import NOTES, SAVED, Look
from xenwright_host.guest_data import printable
from xenwright_host.records import STARTS, domid
from xenwright_host.system import SLOW, load, read, run, write_whole
from xenwright_host.xl_config import written_disks
from xenwright_host.xl_owner import config_of, owners

# What more time does not change.
FOR_GOOD = "not enough memory|failed to free memory|[Ff]ailed to (read|parse) config|config parsing|already exists"
LATE = "time(d )?out|did not answer"
# What served a guest that has just gone, and udev, let go of a disk in a moment.
LOOKS = 4
BETWEEN_LOOKS = 2


def told_of(name):
    return load("%s/%s.json" % (STARTS, name), {})


def is_stopped(name):
    return told_of(name).get("stopped") is True


def note(name, **facts):
    """For the check. again: the starter may still try it."""
    write_whole("%s/%s.json" % (STARTS, name), json.dumps(facts))


@contextlib.contextmanager
def in_hand(name, limit=300):
    """One of start and stop at a time for one guest. Gives whether it has the lock: False after a time that is longer
    than any start takes.
    """
    os.makedirs(STARTS, exist_ok=True)
    until = time.monotonic() + limit * max(1.0, SLOW)
    with open("%s/%s.lock" % (STARTS, name), "w") as file:
        has_it = False
        while not has_it and time.monotonic() < until:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                has_it = True
            except OSError:
                time.sleep(0.2 * max(1.0, SLOW))
        yield has_it


def reason(text):
    """The line of xl's output that says most: the first with a cause in it."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if "error" in line.lower()]
    return printable((telling or lines or ["xl gave no reason"])[0][-300:])


def owned(name):
    """Why nobody but one command may start it; None when none has it in hand."""
    kept = load("%s/%s.json" % (NOTES, name), None)
    if not isinstance(kept, dict):
        return None
    way = kept.get("wayOut")
    words = way if isinstance(way, list) else ["xenwright", "domu", "rescue", name, "--close"]
    return "a command has it in hand; where that was cut off: %s" % printable(" ".join(str(word) for word in words))


def in_use(name, config):
    """Why one of its disks may not be given to it; None when all are free."""
    text = read(config)
    disks = written_disks(text) if text is not None else []
    if not disks:
        return None
    for left in range(LOOKS - 1, -1, -1):
        look = Look(name)
        used = next(((disk, users) for disk, users in ((disk, look.users(disk)) for disk in disks) if users), None)
        if used is None:
            return None
        if left:
            time.sleep(BETWEEN_LOOKS * min(3, SLOW))
    return "%s is in use: %s" % (printable(used[0]), ", ".join(used[1]))


def hindrance(name, config):
    """(why it must not be created now, and whether more time may change that); None when nothing is against it."""
    why = owned(name)
    if why is not None:
        return why, False
    saved = "%s/%s" % (SAVED, name)
    if os.path.exists(saved):
        return "its memory was saved: xl restore %s" % printable(saved), False
    why = in_use(name, config)
    return None if why is None else (why, True)


def create(record, wish=None):
    """wish: of the starter, which has tried it so often (attempts), and may try it again unless this is the last time
    (last). Without one somebody asks for it by hand. Gives what was done: created, there, stopped, failed; why; whether
    it may be tried again; the seconds that xl took, and whether it lacked time.
    """
    name, config = record["name"], config_of(record)
    with in_hand(name) as is_ours:
        if not is_ours:
            why = owned(name) or "somebody else has it in hand"
            return told(record, wish, outcome(record, wish, "failed", why), time.monotonic())
        if is_stopped(name):
            # Somebody may have stopped it while this waited.
            if wish is not None:
                return outcome(record, wish, "stopped")
            note(name, created=False, why="it was not started")
        if domid(name) is not None or owners(record):
            return outcome(record, wish, "there")
        hindered = hindrance(name, config)
        if hindered is not None:
            return told(record, wish, outcome(record, wish, "failed", *hindered), time.monotonic())
        began = time.monotonic()
        code, out, err = run("xl", "create", config, limit=120)
        said, seconds = err + "\n" + out, time.monotonic() - began
        # xl cleans up after itself, unless it was ended here: then half a domain is left, which nobody has in hand.
        half = domid(name) if code == 124 and not owners(record) else None
        if half is not None:
            run("xl", "destroy", half)
        why = None if code == 0 else "xl create: " + reason(said)
        done = outcome(record, wish, "failed" if why else "created", why, not re.search(FOR_GOOD, said))
        late = code != 0 and re.search(LATE, said) is not None
        return told(record, wish, {**done, "seconds": seconds, "late": late}, began)


def outcome(record, wish, did, why=None, may_change=True):
    again = did == "failed" and may_change and wish is not None and not wish.get("last")
    return {"did": did, "why": why, "again": again, "seconds": None, "late": False}


def told(record, wish, done, began):
    """The same, after it was noted. Whoever stopped it meanwhile waits for this to end, and has said so."""
    is_created = done["did"] == "created"
    if not is_stopped(record["name"]):
        note(
            record["name"],
            created=is_created,
            why=done["why"],
            began=began,
            attempts=(wish or {}).get("attempts", 1),
            again=done["again"] or (is_created and wish is not None and bool(record.get("reports"))),
        )
    return done
