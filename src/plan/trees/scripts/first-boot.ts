/** The first-boot check: is the host up, and each of its DomUs? */
import { GUEST_CONSOLE } from './guest-console.ts';
import { HOST_PYTHON } from './host-python.ts';

/** /usr/lib/xenwright/first-boot: asks Dom0 and every DomU whether they are up, at each boot, and says so in one line on the console. */
export const FIRST_BOOT = String.raw`#!/usr/bin/python3
"""Is this host up? Writes /var/lib/xenwright/first-boot.json and prints XENWRIGHT-VERDICT on the console.
With names of DomUs: asks only these, writes nothing, and prints their verdicts as JSON."""
import glob
import json
import os
import platform
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

SETTINGS = os.environ.get("XENWRIGHT_SETTINGS", "/etc/xenwright/first-boot.json")
VERDICT = os.environ.get("XENWRIGHT_VERDICT", "/var/lib/xenwright/first-boot.json")
GRUBENV = "/boot/grub/grubenv"
# What the tests put in the place of / for files that the kernel or other units write.
ROOT = os.environ.get("XENWRIGHT_ROOT", "")


def uptime():
    return float(read("/proc/uptime", "0").split()[0])


def read(path, default=None):
    try:
        with open(path) as file:
            return file.read().strip()
    except OSError:
        return default
${HOST_PYTHON}

def load(path, default):
    try:
        return json.loads(read(path, ""))
    except ValueError:
        return default


def ip_json(*argv):
    code, out, _ = run("ip", "-j", *argv)
    try:
        return json.loads(out) if code == 0 and out else []
    except ValueError:
        return []


def addresses(device):
    found = [entry for link in ip_json("addr", "show", "dev", device) for entry in link.get("addr_info", [])]
    found = [entry for entry in found if entry.get("scope") == "global" and "local" in entry and not entry.get("tentative")]
    return [entry["local"] for entry in sorted(found, key=lambda entry: entry.get("family") != "inet")]


def gateway_answers():
    """None without a default route. A gateway that is silent to ping but known to the neighbour table counts."""
    for family in ("-4", "-6"):
        for route in ip_json(family, "route", "show", "default"):
            gateway, device = route.get("gateway"), route.get("dev")
            if gateway is None:
                continue
            if run("ping", family, "-c", "2", "-W", "2", "-I", device, gateway, limit=10)[0] == 0:
                return True
            if any(set(entry.get("state", [])) & {"REACHABLE", "DELAY", "PROBE", "STALE"} for entry in ip_json("neigh", "show", gateway, "dev", device)):
                return True
            return False
    return None


def wait_for(test, seconds, pause=2):
    until = time.monotonic() + seconds * SLOW
    while True:
        found = test()
        if found or time.monotonic() > until:
            return found
        time.sleep(pause)


def xen_version():
    base = ROOT + "/sys/hypervisor/version/"
    return "%s.%s%s" % (read(base + "major", "?"), read(base + "minor", "?"), read(base + "extra", ""))


def dom0_memory(xen):
    """What Xen gave; the kernel's own MemTotal is less."""
    if xen:
        words = run("xl", "list", "0")[1].splitlines()[-1:]
        if words and words[0].split()[2:3] and words[0].split()[2].isdigit():
            return int(words[0].split()[2])
    for line in read("/proc/meminfo", "").splitlines():
        if line.startswith("MemTotal:"):
            return int(line.split()[1]) // 1024
    return None


def seconds_to_network():
    """From the kernel's start to the network: when the host itself was up, however long its guests took."""
    shown = run("systemctl", "show", "-p", "ActiveEnterTimestampMonotonic", "--value", "network-online.target")[1]
    return int(shown) // 1_000_000 if shown.isdigit() and shown != "0" else round(uptime())


def look_at_dom0(settings, xen):
    device = settings["device"]
    found = wait_for(lambda: addresses(device), 60) if settings["wantsAddress"] else addresses(device)
    gateway = gateway_answers() if settings["wantsGateway"] else None
    up = (bool(found) or not settings["wantsAddress"]) and os.path.exists(ROOT + "/sys/class/net/" + settings["bridge"])
    return {
        "up": up, "hypervisor": "xen" if xen else "none", "xen": xen_version() if xen else None, "memoryMiB": dom0_memory(xen),
        "kernel": platform.release(), "bridge": settings["bridge"], "address": found[0] if found else None, "gateway": gateway, "seconds": seconds_to_network(),
    }


def guest(number, key):
    code, out, _ = run("xenstore-read", "/local/domain/%s/data/xenwright/%s" % (number, key), limit=10)
    return out if code == 0 and out else None


def healthy(check, address):
    """None when well, else why not."""
    try:
        if "tcp" in check:
            socket.create_connection((address, check["tcp"]), timeout=5 * SLOW).close()
            return None
        url = check["http"].replace("localhost", address).replace("127.0.0.1", address)
        try:
            status = urllib.request.urlopen(url, timeout=10 * SLOW).status
        except urllib.error.HTTPError as error:
            status = error.code
        return None if status == check["status"] else "%s answered %s, not %s" % (url, status, check["status"])
    except (OSError, ValueError) as error:
        return "%s: %s" % ("port %s" % check["tcp"] if "tcp" in check else check["http"], error)


${GUEST_CONSOLE}
def look_at_domu(record):
    """(final, verdict): not final means that it may yet come up; "gone" is final when it stays so: a guest that restarts is gone for a while."""
    answer = {"name": record["name"], "up": False, "type": record["type"], "why": None, "address": None, "seconds": None}
    code, number, trouble = run("xl", "domid", record["name"])
    if code == 124:
        answer["why"] = trouble
        return False, answer
    if code != 0:
        started = load("%s/%s.json" % (STARTS, record["name"]), {})
        answer["why"] = started.get("why") or ("it ran and is gone: see xl dmesg and /var/log/xen/xl-%s.log%s" % (record["name"], last_words(record["name"])) if started.get("created") else "it was not started")
        return "gone", answer
    if not record.get("reports"):
        answer["address"] = record.get("address")
    else:
        state, given = guest(number, "state"), (guest(number, "addresses") or "").split()
        answer["address"] = given[0] if given else None
        answer["seconds"] = int(guest(number, "seconds") or 0) or None
        if state == "failed":
            answer["why"] = guest(number, "why") or "the guest says failed"
            return True, answer
        if state != "up":
            answer["why"] = "it runs, but has not said that it is up" + last_words(record["name"])
            return False, answer
    for check in record.get("health", []):
        if answer["address"] is None:
            answer["why"] = "no address is known to check its health at"
            return False, answer
        answer["why"] = healthy(check, answer["address"])
        if answer["why"] is not None:
            return False, answer
    answer["up"] = True
    return True, answer


def look_at_domus(records):
    """In rounds over those that are not final yet, until all are or time is up."""
    verdicts, gone, until = {}, {}, time.monotonic() + (180 + 30 * len(records)) * SLOW
    waiting = list(records)
    while waiting:
        rest = []
        for record in waiting:
            name = record["name"]
            final, verdicts[name] = look_at_domu(record)
            since = gone.setdefault(name, time.monotonic()) if final == "gone" else gone.pop(name, None)
            if not final or (final == "gone" and "it ran" in verdicts[name]["why"] and time.monotonic() < since + 20 * SLOW):
                rest.append(record)
        waiting = rest
        if not waiting or time.monotonic() > until:
            break
        # Asking costs the guests' own processor time where everything is slow.
        time.sleep(3 * SLOW)
    return [verdicts[record["name"]] for record in records]


UNCONFIRMED = "Xen did not come up: the last start with it was never confirmed, so the plain kernel was started"
NOT_XEN = {"trying": UNCONFIRMED, "failed": UNCONFIRMED, "damaged": "Xen did not come up: its file in /boot is damaged, so the plain kernel was started"}


def grub_state():
    for line in run("grub-editenv", GRUBENV, "list")[1].splitlines():
        if line.startswith("xenwright_state="):
            return line.split("=", 1)[1]
    return None


def verdict(settings):
    xen = read(ROOT + "/sys/hypervisor/type") == "xen"
    wanted = settings["hypervisor"] == "xen"
    state = grub_state()
    dom0 = look_at_dom0(settings, xen)
    why = []
    if wanted and not xen:
        why.append(NOT_XEN.get(state, "the plain kernel was started, not Xen"))
    if not dom0["up"]:
        why.append("%s has no address" % settings["device"] if os.path.exists(ROOT + "/sys/class/net/" + settings["bridge"]) else "there is no %s" % settings["bridge"])
    elif dom0["gateway"] is False:
        why.append("the gateway does not answer")
    for path in ("/run/xenwright/uplink-replaced", "/var/lib/xenwright-commands/why", "/run/xenwright/boot-faults"):
        text = read(ROOT + path)
        if text:
            why.extend(text.splitlines())
    # The plain kernel is started once: the next start tries Xen again. Under Xen xenwright-confirm.service has cleared it already.
    run("grub-editenv", GRUBENV, "unset", "xenwright_state")
    wanted_domus = [record for record in records() if record["autostart"]]
    if xen:
        domus = look_at_domus(wanted_domus)
    else:
        domus = [{"name": record["name"], "up": False, "type": record["type"], "why": "Xen is not running", "address": None, "seconds": None} for record in wanted_domus]
    return {"version": 1, "dom0": dom0, "domus": domus, "fallback": wanted and not xen, "why": "; ".join(why) or None}


def write(path, text):
    try:
        with open(path, "w") as file:
            file.write(text)
    except OSError as error:
        print("%s: %s" % (path, error))


def say(line):
    """One line on the console, with the kernel kept quiet around it."""
    printk = ROOT + "/proc/sys/kernel/printk"
    before = read(printk)
    if before:
        write(printk, "1")
    write(os.environ.get("XENWRIGHT_CONSOLE", "/dev/console"), "\n%s\n" % line)
    if before:
        write(printk, before)


def ask_domus(names):
    domus = look_at_domus([record for record in records() if record["name"] in names])
    print(json.dumps(domus, separators=(",", ":")), flush=True)
    return 0 if all(domu["up"] for domu in domus) else 1


def main():
    if sys.argv[1:]:
        return ask_domus(sys.argv[1:])
    answer = verdict(load(SETTINGS, {}))
    text = json.dumps(answer, separators=(",", ":"))
    # That in /run is what the report waits for: it may not take one of an earlier start.
    for path in (VERDICT, ROOT + "/run/xenwright/first-boot.json"):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path + ".new", "w") as file:
            file.write(text + "\n")
        os.rename(path + ".new", path)
    print("XENWRIGHT-VERDICT " + text, flush=True)
    # Up at last, but not at once: worth a look, and for the journal only.
    for domu in answer["domus"]:
        if domu["up"]:
            for line in panics(domu["name"]):
                print("%s is up, but before that: %s" % (domu["name"], line), flush=True)
    say("XENWRIGHT-VERDICT " + text)
    return 0 if answer["dom0"]["up"] and not answer["fallback"] and all(domu["up"] for domu in answer["domus"]) else 1


sys.exit(main())
`;
