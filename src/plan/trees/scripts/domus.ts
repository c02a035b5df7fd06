/** The starter of DomUs: what xendomains does, with an order, bounded waits and a second try. */
import { HOST_PYTHON } from './host-python.ts';

/** /usr/lib/xenwright/domus: starts the DomUs in their order, in parallel within one, and stops them backwards; every wait is bounded. */
export const DOMUS = String.raw`#!/usr/bin/python3
"""Starts and stops this host's DomUs. Usage: domus start|stop [NAME...]; without names: those with autostart, or all that run."""
import glob
import json
import os
import re
import subprocess
import sys
import threading
import time

${HOST_PYTHON}
# Together they only slow each other down where everything is slow: libxl gives a backend 40 s.
AT_ONCE = threading.Semaphore(1 if SLOW >= 3 else 4)
ATTEMPTS = 3
# Asking costs the guests' own processor time where everything is slow.
PAUSE = 2 * SLOW


def domid(name):
    code, out, _ = run("xl", "domid", name)
    return out if code == 0 else None


def note(name, **facts):
    os.makedirs(STARTS, exist_ok=True)
    path = "%s/%s.json" % (STARTS, name)
    with open(path + ".new", "w") as file:
        json.dump(facts, file)
    os.rename(path + ".new", path)


def reason(text):
    """The line of xl's output that says most: the last with a cause in it."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if "error" in line.lower()]
    return (telling or lines or ["xl gave no reason"])[0][-300:]


def create(record):
    """xl create, and again when only time was lacking: a busy host misses libxl's limits for its hotplug scripts and device models."""
    for attempt in range(1, ATTEMPTS + 1):
        code, out, err = run("xl", "create", record["config"], limit=120)
        if code == 0 or attempt == ATTEMPTS or not re.search("time(d )?out|did not answer", err + out):
            return code, out, err
        print("%s: %s; trying again" % (record["name"], reason(err + "\n" + out)), flush=True)
        if domid(record["name"]) is not None:
            run("xl", "destroy", record["name"])
        time.sleep(5 * min(1, SLOW))


def start(record):
    name = record["name"]
    time.sleep(record.get("startDelaySeconds", 0))
    with AT_ONCE:
        if domid(name) is not None:
            return
        began = time.monotonic()
        code, out, err = create(record)
    why = None if code == 0 else "xl create: " + reason(err + "\n" + out)
    note(name, created=code == 0, why=why, began=began)
    print("%s: %s" % (name, "created" if why is None else why), flush=True)


def wait_up(record, until):
    """Until the guest says up or failed, is gone, or time is up. A guest that cannot say so is not waited for."""
    if not record.get("reports"):
        return
    while time.monotonic() < until:
        number = domid(record["name"])
        if number is None:
            return
        _, state, _ = run("xenstore-read", "/local/domain/%s/data/xenwright/state" % number, limit=10)
        if state in ("up", "failed"):
            return
        time.sleep(PAUSE)


def together(work, items):
    threads = [threading.Thread(target=work, args=(item,)) for item in items]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def groups(items, backwards=False):
    orders = sorted({item["order"] for item in items}, reverse=backwards)
    return [[item for item in items if item["order"] == order] for order in orders]


def start_all(items):
    batches = groups(items)
    for index, batch in enumerate(batches):
        together(start, batch)
        if index + 1 < len(batches):
            until = time.monotonic() + 90 * SLOW
            together(lambda record: wait_up(record, until), batch)


def stop(record):
    name = record["name"]
    if domid(name) is None:
        return
    code, out, err = run("xl", "shutdown", name)
    if code != 0:
        run("xl", "shutdown", "-F", name)
    until = time.monotonic() + record.get("stopTimeoutSeconds", 120)
    while time.monotonic() < until:
        if domid(name) is None:
            print("%s: down" % name, flush=True)
            return
        time.sleep(1)
    print("%s: not down after %s s, destroyed" % (name, record.get("stopTimeoutSeconds", 120)), flush=True)
    run("xl", "destroy", name)


def running_strangers(known):
    """Domains that somebody started by hand: they are stopped too, first."""
    _, out, _ = run("xl", "list")
    names = [line.split()[0] for line in out.splitlines()[1:] if line.split()]
    return [{"name": name, "order": 0} for name in names if name not in known and name != "Domain-0"]


def under_xen():
    try:
        with open("/proc/xen/capabilities") as file:
            return "control_d" in file.read()
    except OSError:
        return False


def main(arguments):
    if len(arguments) < 2 or arguments[1] not in ("start", "stop"):
        print(__doc__, file=sys.stderr)
        return 2
    if not under_xen() and "XENWRIGHT_RECORDS" not in os.environ:
        print("Xen is not running: no DomUs")
        return 0
    known = records()
    chosen = [record for record in known if record["name"] in arguments[2:]] if arguments[2:] else None
    if arguments[1] == "start":
        start_all([record for record in known if record["autostart"]] if chosen is None else chosen)
        return 0
    if chosen is None:
        together(stop, running_strangers({record["name"] for record in known}))
    for batch in groups(known if chosen is None else chosen, backwards=True):
        together(stop, batch)
    return 0


sys.exit(main(sys.argv))
`;
