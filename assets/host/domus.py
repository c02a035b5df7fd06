#!/usr/bin/python3 -B
"""Starts and stops this host's DomUs. Usage: domus start|stop [NAME...]; without names: those with autostart, or all
that run.
"""

import contextlib
import fcntl
import json
import os
import re
import signal
import socket
import sys
import threading
import time

from xenwright_host.guest_data import guest_state, printable
from xenwright_host.pace import Pace
from xenwright_host.records import STARTS, domains, records
from xenwright_host.system import SLOW, load, read, run, write_whole
from xenwright_host.watch import guests_watch, touched
from xenwright_host.xl_owner import config_of, ended_by_accident, owners

# Of one guest at one start, those that failed and those that made a guest that died before it was up.
ATTEMPTS = 4
# What more time does not change.
FOR_GOOD = "not enough memory|failed to free memory|[Ff]ailed to (read|parse) config|config parsing|already exists"
PACE = Pace()
GOING_DOWN = threading.Event()
# Not for what is started here.
SYSTEMD = os.environ.pop("NOTIFY_SOCKET", None)


def pause_after(attempt):
    """5, 15, 45 s; no more than thrice that where everything is slow."""
    return 5 * 3 ** (attempt - 1) * min(3, SLOW)


def domid(name):
    code, out, _ = run("xl", "domid", name)
    return out if code == 0 else None


def note(name, **facts):
    """For the check. again: this starter may still try it."""
    write_whole("%s/%s.json" % (STARTS, name), json.dumps(facts))


@contextlib.contextmanager
def in_hand(name, limit=300):
    """One of start and stop at a time for one guest. Whoever waits longer than any start takes goes on."""
    os.makedirs(STARTS, exist_ok=True)
    until = time.monotonic() + limit * max(1.0, SLOW)
    with open("%s/%s.lock" % (STARTS, name), "w") as file:
        while time.monotonic() < until:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                time.sleep(0.2 * max(1.0, SLOW))
        yield


def reason(text):
    """The line of xl's output that says most: the first with a cause in it."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if "error" in line.lower()]
    return printable((telling or lines or ["xl gave no reason"])[0][-300:])


class Start:
    """One guest's: how often it was tried, and what came of it."""

    def __init__(self, record):
        self.record, self.name, self.attempts, self.due = record, record["name"], 0, None
        # What was stopped earlier is wanted again; what is stopped from now on is not.
        if self.told().get("stopped") is True:
            note(self.name, created=False, why="it was not started")

    def told(self):
        return load("%s/%s.json" % (STARTS, self.name), {})

    def is_stopped(self):
        return self.told().get("stopped") is True

    def attempt(self):
        """created; again: it may work later; over: no more of it."""
        with PACE.turn() as tell, in_hand(self.name):
            # Somebody may have stopped or started it while this waited.
            if GOING_DOWN.is_set() or self.is_stopped():
                return "over"
            if domid(self.name) is not None or owners(self.record):
                return "created"
            self.attempts += 1
            began = time.monotonic()
            code, out, err = run("xl", "create", config_of(self.record), limit=120)
            said = err + "\n" + out
            tell(time.monotonic() - began, code != 0 and re.search("time(d )?out|did not answer", said) is not None)
            # xl cleans up after itself, unless it was ended here: then half a domain is left, which nobody has in hand.
            half = domid(self.name) if code == 124 and not owners(self.record) else None
            if half is not None:
                run("xl", "destroy", half)
            why = None if code == 0 else "xl create: " + reason(said)
            may_go_on = code != 0 and self.attempts < ATTEMPTS and not re.search(FOR_GOOD, said)
            # Whoever stopped it meanwhile waits for this to end, and has said so.
            if not self.is_stopped():
                note(
                    self.name,
                    created=code == 0,
                    why=why,
                    began=began,
                    attempts=self.attempts,
                    again=may_go_on or (code == 0 and bool(self.record.get("reports"))),
                )
        print(
            "%s: %s%s" % (self.name, "created" if why is None else why, "; trying again" if may_go_on else ""),
            flush=True,
        )
        return "created" if code == 0 else "again" if may_go_on else "over"

    def settle(self):
        """Nothing more is done for it at this start."""
        if self.told().get("again"):
            note(self.name, **{**self.told(), "again": False})

    def first(self):
        GOING_DOWN.wait(self.record.get("startDelaySeconds", 0))
        if domid(self.name) is not None:
            return
        while self.attempt() == "again":
            GOING_DOWN.wait(pause_after(self.attempts))

    def next(self):
        """Seconds until it may be tried again, after it was found gone; None when it is not to be."""
        told = self.told()
        if self.attempts >= ATTEMPTS or told.get("stopped") is True:
            return None
        if self.due is None:
            if told.get("created"):
                if not ended_by_accident(self.name):
                    return None
                print("%s: it is gone before it was up; trying again" % self.name, flush=True)
            self.due = time.monotonic() + pause_after(max(1, self.attempts))
        return max(0.0, self.due - time.monotonic())


def look_at(start, number):
    """(seconds until it must be looked at again, and the processes that have it in hand); None when it is settled."""
    if number is not None:
        start.due = None
        return None if guest_state(number) else (30 * SLOW, [])
    hands = owners(start.record)
    if hands:
        return 30 * SLOW, hands
    left = start.next()
    if left is None or left > 0:
        return None if left is None else (left, [])
    start.due = None
    return None if start.attempt() == "over" else (0, [])


def process_ends(processes):
    """Descriptors that are ready when one of them ends."""
    found = []
    for process in processes:
        try:
            found.append(os.pidfd_open(process))
        except OSError:
            pass
    return found


def follow(starts, until):
    """Until each has said up or failed, or is gone for good, or time is up; who dies before that is started again. A
    guest that cannot say so is not waited for.
    """
    waiting = [
        start for start in starts if start.record.get("reports") and start.attempts > 0 and start.told().get("created")
    ]
    with guests_watch() as watch:
        numbers, only, since = {}, None, time.monotonic()
        while waiting and not GOING_DOWN.is_set() and time.monotonic() < until:
            if only is None:
                numbers = domains()[0]
            # Looking from time to time is for what no watch tells; without one it is all there is, less and less often.
            pause, hands, rest = (
                30 * SLOW if watch.child else min(30 * SLOW, max(3 * SLOW, (time.monotonic() - since) / 4)),
                [],
                [],
            )
            for start in waiting:
                number = (numbers or {}).get(start.name)
                if numbers is None or (only is not None and number not in only):
                    rest.append(start)
                    continue
                looked = look_at(start, number)
                if looked is None:
                    start.settle()
                    continue
                pause, hands = min(pause, looked[0]), hands + looked[1]
                rest.append(start)
            waiting = rest
            if not waiting:
                break
            ends = process_ends(hands)
            only = touched(watch.wait(max(0.0, min(pause, until - time.monotonic())), ends + [WAKE[0]]))
            for end in ends:
                os.close(end)
    for start in waiting:
        start.settle()


def together(work, items):
    threads = [threading.Thread(target=work, args=(item,)) for item in items]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def groups(items, backwards=False):
    orders = sorted({item.get("order", 50) for item in items}, reverse=backwards)
    return [[item for item in items if item.get("order", 50) == order] for order in orders]


def tell_systemd():
    """That all were started once: what waits for that may go on, while those that die are seen to."""
    if SYSTEMD:
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
            told.sendto(b"READY=1", "\0" + SYSTEMD[1:] if SYSTEMD.startswith("@") else SYSTEMD)


def start_all(items):
    """True unless the host went down meanwhile."""
    starts = []
    try:
        batches = groups(items)
        for index, batch in enumerate(batches):
            now = [Start(record) for record in batch]
            together(Start.first, now)
            starts += now
            if GOING_DOWN.is_set():
                return False
            if index + 1 < len(batches):
                follow(now, time.monotonic() + 90 * SLOW)
    finally:
        if not GOING_DOWN.is_set():
            tell_systemd()
    follow(starts, time.monotonic() + (180 + 30 * len(starts)) * SLOW)
    return True


def word_for(name, number):
    """What xl takes for it: a name that somebody else chose may look like an option."""
    return name if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.:+-]*", name) else number


def stop_together(batch):
    """All at once, each within its time; who is not down by then is destroyed."""
    numbers = domains()[0]
    waiting, began = {}, time.monotonic()

    def ask(record):
        name = record["name"]
        with in_hand(name) if not record.get("stranger") else contextlib.nullcontext():
            number = (numbers or {}).get(name) or domid(name)
        if number is None:
            return
        word = word_for(name, number)
        if run("xl", "shutdown", word)[0] != 0:
            run("xl", "shutdown", "-F", word)
        waiting[name] = (
            word,
            time.monotonic() + record.get("stopTimeoutSeconds", 120),
            record.get("stopTimeoutSeconds", 120),
        )

    with guests_watch() as watch:
        together(ask, batch)
        while waiting:
            numbers = domains()[0]
            for name, (word, until, seconds) in list(waiting.items()):
                if numbers is not None and name not in numbers:
                    print("%s: down" % printable(name), flush=True)
                elif time.monotonic() >= until:
                    print("%s: not down after %s s, destroyed" % (printable(name), seconds), flush=True)
                    run("xl", "destroy", word)
                else:
                    continue
                del waiting[name]
            if waiting:
                left = min(until for _, until, _ in waiting.values()) - time.monotonic()
                # Without a watch: often at first, as most are down soon.
                watch.wait(
                    max(
                        0.0,
                        min(left, 10 * SLOW if watch.child else min(10 * SLOW, 1 + (time.monotonic() - began) / 10)),
                    )
                )


def stop_all(known, chosen):
    # First of all: whoever is still being started is not tried again.
    for record in known if chosen is None else chosen:
        note(record["name"], created=False, stopped=True, why="it was stopped")
    if chosen is None:
        names = {record["name"] for record in known}
        # Domains that somebody started by hand are stopped too, first.
        stop_together(
            [
                {"name": name, "stranger": True}
                for name, number in (domains()[0] or {}).items()
                if number != "0" and name not in names and name != "(null)"
            ]
        )
    for batch in groups(known if chosen is None else chosen, backwards=True):
        stop_together(batch)


def under_xen():
    return "control_d" in read("/proc/xen/capabilities", "")


WAKE = os.pipe()


def end_soon(*_):
    """The host goes down, or somebody wants no more of it."""
    GOING_DOWN.set()
    os.write(WAKE[1], b".")


def main(arguments):
    if len(arguments) < 2 or arguments[1] not in ("start", "stop"):
        print(__doc__, file=sys.stderr)
        return 2
    if not under_xen() and "XENWRIGHT_RECORDS" not in os.environ:
        print("Xen is not running: no DomUs")
        tell_systemd()
        return 0
    known = records()
    chosen = [record for record in known if record["name"] in arguments[2:]] if arguments[2:] else None
    if arguments[1] == "stop":
        stop_all(known, chosen)
        return 0
    signal.signal(signal.SIGTERM, end_soon)
    wanted = [record for record in known if record.get("autostart")] if chosen is None else chosen
    if not start_all(wanted) and SYSTEMD:
        # systemd stops what has not begun yet without its ExecStop.
        stop_all(known, None)
    return 0


sys.exit(main(sys.argv))
