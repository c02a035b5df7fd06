#!/usr/bin/python3 -B
"""Is this host up? Writes /var/lib/xenwright/first-boot.json and prints XENWRIGHT-VERDICT on the console.
With names of DomUs: asks only these, writes nothing, and prints their verdicts as JSON."""

import contextlib
import datetime
import json
import os
import platform
import sys
import time

from xenwright_host.guest_console import last_words, panics
from xenwright_host.guest_data import address_of, guest, guest_addresses, guest_seconds, guest_state, printable
from xenwright_host.health import healthy
from xenwright_host.notice import PREVIOUS, take_back, tell
from xenwright_host.records import STARTS, domains, read_records, records
from xenwright_host.system import ROOT, SLOW, boot_id, load, read, run, write_whole
from xenwright_host.watch import Watch, guests_watch, touched

SETTINGS = os.environ.get("XENWRIGHT_SETTINGS", "/etc/xenwright/first-boot.json")
VERDICT = os.environ.get("XENWRIGHT_VERDICT", "/var/lib/xenwright/first-boot.json")
# That in memory is what the report waits for: it may not take one of an earlier start.
ANSWERS = (VERDICT, ROOT + "/run/xenwright/first-boot.json")
GRUBENV = "/boot/grub/grubenv"


def uptime():
    return float(read("/proc/uptime", "0").split()[0])


def ip_json(*argv):
    code, out, _ = run("ip", "-j", *argv)
    try:
        return json.loads(out) if code == 0 and out else []
    except ValueError:
        return []


def addresses(device):
    found = [entry for link in ip_json("addr", "show", "dev", device) for entry in link.get("addr_info", [])]
    found = [
        entry for entry in found if entry.get("scope") == "global" and "local" in entry and not entry.get("tentative")
    ]
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
            if any(
                set(entry.get("state", [])) & {"REACHABLE", "DELAY", "PROBE", "STALE"}
                for entry in ip_json("neigh", "show", gateway, "dev", device)
            ):
                return True
            return False
    return None


def wait_for_address(device, seconds):
    """networkd tries, and has tried for a minute before this begins; the kernel says when there is something new."""
    began = time.monotonic()
    with Watch(".*", "ip", "-o", "monitor", "address") as watch:
        while True:
            found, passed = addresses(device), time.monotonic() - began
            if found or passed > seconds:
                return found
            watch.wait(min(seconds - passed + 0.1, max(2 * SLOW, passed if watch.child is None else 30 * SLOW)))


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
    found = wait_for_address(device, 60 * SLOW) if settings["wantsAddress"] else addresses(device)
    gateway = gateway_answers() if settings["wantsGateway"] else None
    up = (bool(found) or not settings["wantsAddress"]) and os.path.exists(ROOT + "/sys/class/net/" + settings["bridge"])
    return {
        "up": up,
        "hypervisor": "xen" if xen else "none",
        "xen": xen_version() if xen else None,
        "memoryMiB": dom0_memory(xen),
        "kernel": platform.release(),
        "bridge": settings["bridge"],
        "address": found[0] if found else None,
        "gateway": gateway,
        "seconds": seconds_to_network(),
    }


def blank(record):
    return {
        "name": record["name"],
        "up": False,
        "type": record.get("type"),
        "why": None,
        "address": None,
        "seconds": None,
    }


def absent(record):
    """Why it is not there, and whether that may change."""
    name, started = record["name"], load("%s/%s.json" % (STARTS, record["name"]), {})
    if started.get("created"):
        often = "" if started.get("attempts", 1) < 2 else ", each of %d times" % started["attempts"]
        why = "it ran and is gone%s: see xl dmesg and /var/log/xen/xl-%s.log, or open its disk: xenwright domu rescue %s%s"
        why %= (often, name, name, last_words(name))
    else:
        why = started.get("why") or "it was not started"
    return {**blank(record), "why": why}, (
        "again" if started.get("again") else "ran" if started.get("created") else "never"
    )


def look_at_domu(record, number, own):
    """(final, verdict) of one that runs: not final means that it may yet come up."""
    answer = blank(record)
    if not record.get("reports"):
        answer["address"] = record.get("address")
    else:
        state = guest_state(number)
        if state is None:
            answer["why"] = "it runs, but has not said that it is up" + last_words(record["name"])
            return False, answer
        answer["address"] = next(iter(guest_addresses(guest(number, "addresses"), own)), None)
        answer["seconds"] = guest_seconds(guest(number, "seconds"))
        if state == "failed":
            answer["why"] = printable(guest(number, "why") or "") or "the guest says failed"
            return True, answer
    for check in record.get("health", []):
        if answer["address"] is None:
            answer["why"] = "no address is known to check its health at"
            return False, answer
        answer["why"] = healthy(check, answer["address"])
        if answer["why"] is not None:
            return False, answer
    answer["up"] = True
    return True, answer


def own_addresses():
    """Dom0's: a guest that says it has one of them would be asked there."""
    return {
        address_of(entry.get("local", "")) for link in ip_json("addr", "show") for entry in link.get("addr_info", [])
    }


class Look:
    """One DomU's: what is known of it so far, and when it must be looked at again though nothing is heard of it."""

    def __init__(self, record):
        self.record, self.name, self.number, self.verdict, self.gone, self.pause = (
            record,
            record["name"],
            None,
            blank(record),
            None,
            3 * SLOW,
        )

    def at(self, number, own):
        """Seconds until the next look; None when this is the last word."""
        self.number = number
        if number is None:
            self.verdict, how = absent(self.record)
            if how == "never":
                return None
            self.gone = time.monotonic() if self.gone is None else self.gone
            # One that restarts is gone for a while, and so is one that the starter tries again.
            left = self.gone + 20 * SLOW - time.monotonic()
            return None if how == "ran" and left <= 0 else min(5 * SLOW, max(0.0, left)) if how == "ran" else 5 * SLOW
        self.gone = None
        final, self.verdict = look_at_domu(self.record, number, own)
        # What only asking tells (health) is asked less and less often. A look from time to time is for what no watch
        # tells.
        self.pause = min(30 * SLOW, self.pause * 1.5)
        return None if final else self.pause if self.record.get("health") and self.verdict["address"] else 30 * SLOW

    def guarded(self, number, own):
        """Nonsense of one guest is that guest's line, and nobody else's."""
        try:
            return self.at(number, own)
        except Exception as error:
            self.verdict = {
                **blank(self.record),
                "why": "it could not be asked: %s" % printable("%s: %s" % (type(error).__name__, error)),
            }
            return None


def look_at_domus(records):
    """Whenever something is heard of one, until each has its last word or time is up."""
    looks = [Look(record) for record in records]
    until = time.monotonic() + (180 + 30 * len(records)) * SLOW
    waiting, own = {look: 0.0 for look in looks}, own_addresses() if records else set()
    numbers, only, pause = {}, None, 3 * SLOW
    with guests_watch() as watch:
        while waiting:
            if only is None:
                numbers, trouble = domains()
            now, due = time.monotonic(), {}
            for look, when in waiting.items():
                number = None if numbers is None else numbers.get(look.name)
                if numbers is None:
                    look.verdict, due[look] = {**blank(look.record), "why": trouble}, now
                elif (number in only) if only is not None else (number != look.number or number is None or now >= when):
                    left = look.guarded(number, own)
                    if left is not None:
                        due[look] = time.monotonic() + left
                else:
                    due[look] = when
            waiting = due
            now = time.monotonic()
            if not waiting or now >= until:
                break
            # Without a watch, and where xl does not answer, there is only asking: less and less often.
            pause = min(30 * SLOW, pause * 1.5)
            left = min(waiting.values()) - now if watch.child and numbers is not None else pause
            if watch.child is None:
                waiting = dict.fromkeys(waiting, 0.0)
            only = touched(watch.wait(max(0.0, min(left, until - now))))
    return [look.verdict for look in looks]


UNCONFIRMED = "Xen did not come up: the last start with it was never confirmed, so the plain kernel was started"
NOT_NEWEST = "the newest Xen, or the kernel with it, did not come up: those that came up before were started"
NOT_XEN = {
    "trying": UNCONFIRMED,
    "failed": UNCONFIRMED,
    "damaged": "Xen did not come up: its file in /boot is damaged, so the plain kernel was started",
    "missing": "the boot menu has no entry for Xen: its file in /boot, or a kernel for Dom0, is missing",
}


def grub_state():
    for line in run("grub-editenv", GRUBENV, "list")[1].splitlines():
        if line.startswith("xenwright_state="):
            return line.split("=", 1)[1]
    return None


def why_plain():
    """What the boot menu noted when it turned to the plain kernel; "missing" where it has nothing else."""
    menu = read(ROOT + "/boot/grub/grub.cfg")
    return grub_state() or ("missing" if menu is not None and "--id xenwright-xen" not in menu else None)


def is_previous():
    """Did the boot menu start what came up before, as it does when the newest was not confirmed or is damaged?"""
    return "xenwright.entry=previous" in (read(ROOT + "/proc/cmdline") or "").split()


def verdict(settings):
    xen = read(ROOT + "/sys/hypervisor/type") == "xen"
    wanted = settings["hypervisor"] == "xen"
    why = []
    if wanted and not xen:
        state = why_plain()
        why.append(NOT_XEN.get(state, "the plain kernel was started, not Xen"))
        # Before anything is waited for: somebody may log in at this moment.
        tell(why[0], state)
    elif xen and is_previous():
        why.append(NOT_NEWEST)
        tell(why[0], PREVIOUS)
    else:
        take_back()
    dom0 = look_at_dom0(settings, xen)
    if not dom0["up"]:
        why.append(
            "%s has no address" % settings["device"]
            if os.path.exists(ROOT + "/sys/class/net/" + settings["bridge"])
            else "there is no %s" % settings["bridge"]
        )
    elif dom0["gateway"] is False:
        why.append("the gateway does not answer")
    for path in ("/run/xenwright/uplink-replaced", "/var/lib/xenwright-commands/why", "/run/xenwright/boot-faults"):
        why.extend(filter(None, map(printable, (read(ROOT + path) or "").splitlines()[:20])))
    # The plain kernel is started once: the next start tries Xen again. Under Xen xenwright-confirm.service has cleared
    # it already.
    run("grub-editenv", GRUBENV, "unset", "xenwright_state")
    found, broken = read_records()
    wanted_domus = [record for record in found if record.get("autostart")]
    if xen:
        domus = look_at_domus(wanted_domus)
    else:
        domus = [{**blank(record), "why": "Xen is not running"} for record in wanted_domus]
    domus += [
        {**blank({"name": printable(name, 60)}), "why": "its record cannot be read: %s" % printable(trouble)}
        for name, trouble in broken.items()
    ]
    told = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {
        "version": 1,
        "bootId": boot_id(),
        "time": told,
        "dom0": dom0,
        "domus": domus,
        "fallback": wanted and not xen,
        "why": "; ".join(why) or None,
    }


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
    # What an earlier check found is not what is so now.
    for path in ANSWERS:
        with contextlib.suppress(OSError):
            os.unlink(path)
    answer = verdict(load(SETTINGS, {}))
    text = json.dumps(answer, separators=(",", ":"))
    for path in ANSWERS:
        try:
            write_whole(path, text + "\n")
        except OSError as error:
            print("%s: %s" % (path, error), flush=True)
    print("XENWRIGHT-VERDICT " + text, flush=True)
    # Up at last, but not at once: worth a look, and for the journal only.
    for domu in answer["domus"]:
        if domu["up"]:
            for line in panics(domu["name"]):
                print("%s is up, but before that: %s" % (domu["name"], line), flush=True)
    say("XENWRIGHT-VERDICT " + text)
    return 0 if answer["dom0"]["up"] and not answer["fallback"] and all(domu["up"] for domu in answer["domus"]) else 1


sys.exit(main())
