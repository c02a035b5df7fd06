#!/usr/bin/python3 -B
"""Starts and stops this host's DomUs. Usage: domus start|stop [NAME...]; without names: those with autostart, or all
that run. domus create NAME is what the unit of one of them does.
"""

import contextlib
import os
import re
import signal
import sys
import threading
import time

from xenwright_host.creation import create, in_hand, is_stopped, note, told_of
from xenwright_host.guest_data import guest_state, printable
from xenwright_host.pace import Pace
from xenwright_host.records import domains, domid, records
from xenwright_host.system import SLOW, read, run
from xenwright_host.unit import create_in_unit, have_units, put_right, run_unit, tell_systemd, wait_for_end
from xenwright_host.watch import guests_watch, touched
from xenwright_host.xl_owner import ended_by_accident, owners

# Of one guest at one start, those that failed and those that made a guest that died before it was up.
ATTEMPTS = 4
PACE = Pace()
GOING_DOWN = threading.Event()
# Not for what is started here.
SYSTEMD = os.environ.pop("NOTIFY_SOCKET", None)


def pause_after(attempt):
    """5, 15, 45 s; no more than thrice that where everything is slow."""
    return 5 * 3 ** (attempt - 1) * min(3, SLOW)


class Start:
    """One guest's: how often it was tried, and what came of it."""

    def __init__(self, record):
        self.record, self.name, self.attempts, self.due = record, record["name"], 0, None
        # What was stopped earlier is wanted again; what is stopped from now on is not.
        if is_stopped(self.name):
            note(self.name, created=False, why="it was not started")

    def attempt(self):
        """created; again: it may work later; over: no more of it."""
        with PACE.turn() as tell:
            # Somebody may have stopped or started it while this waited.
            if GOING_DOWN.is_set() or is_stopped(self.name):
                return "over"
            self.attempts += 1
            wish = {"attempts": self.attempts, "last": self.attempts >= ATTEMPTS}
            done = (create_in_unit if have_units() else create)(self.record, wish)
            if done.get("seconds") is not None:
                tell(done["seconds"], done["late"])
        if done["did"] == "there":
            self.attempts -= 1
        if done["did"] in ("created", "failed"):
            said = "created" if done["did"] == "created" else done["why"]
            print("%s: %s%s" % (self.name, said, "; trying again" if done["again"] else ""), flush=True)
        return "created" if done["did"] in ("created", "there") else "again" if done["again"] else "over"

    def settle(self):
        """Nothing more is done for it at this start."""
        if told_of(self.name).get("again"):
            note(self.name, **{**told_of(self.name), "again": False})

    def first(self):
        GOING_DOWN.wait(self.record.get("startDelaySeconds", 0))
        if domid(self.name) is not None:
            return
        while self.attempt() == "again":
            GOING_DOWN.wait(pause_after(self.attempts))

    def next(self):
        """Seconds until it may be tried again, after it was found gone; None when it is not to be."""
        told = told_of(self.name)
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
        start for start in starts if start.record.get("reports") and start.attempts > 0 and told_of(start.name).get("created")
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
        # What waits for all to be started once may go on, while those that die are seen to.
        if not GOING_DOWN.is_set():
            tell_systemd("READY=1", SYSTEMD)
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
        if told_of(record["name"]).get("created") is False and not is_stopped(record["name"]):
            put_right(record["name"])
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
    if len(arguments) < 2 or arguments[1] not in ("start", "stop", "create"):
        print(__doc__, file=sys.stderr)
        return 2
    if not under_xen() and "XENWRIGHT_RECORDS" not in os.environ:
        print("Xen is not running: no DomUs")
        tell_systemd("READY=1", SYSTEMD)
        return 1 if arguments[1] == "create" else 0
    known = records()
    chosen = [record for record in known if record["name"] in arguments[2:]] if arguments[2:] else None
    if arguments[1] == "create":
        return 0 if chosen and run_unit(chosen[0], SYSTEMD) else 1
    if arguments[1] == "stop":
        stop_all(known, chosen)
        if os.environ.get("MAINPID", "").isdigit():
            wait_for_end(int(os.environ["MAINPID"]), 30 * SLOW)
        return 0
    signal.signal(signal.SIGTERM, end_soon)
    wanted = [record for record in known if record.get("autostart")] if chosen is None else chosen
    if not start_all(wanted) and SYSTEMD:
        # systemd stops what has not begun yet without its ExecStop.
        stop_all(known, None)
    return 0


sys.exit(main(sys.argv))
