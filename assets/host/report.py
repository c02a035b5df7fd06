#!/usr/bin/python3 -B
"""Sends what the first-boot check found to the webhook of /etc/xenwright/report.json."""

import base64
import datetime
import glob
import hashlib
import hmac
import http.client
import ipaddress
import json
import os
import signal
import ssl
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

from xenwright_host.guest_data import printable
from xenwright_host.system import ROOT, SLOW, boot_id, load, read, run, write_whole
from xenwright_host.web import login_header

LIMIT = float(os.environ.get("XENWRIGHT_REPORT_SECONDS", "3600"))
PAUSE = float(os.environ.get("XENWRIGHT_REPORT_PAUSE", "2"))
# In memory: that of an earlier start is not there.
VERDICT = ROOT + "/run/xenwright/first-boot.json"
STATE = ROOT + "/var/lib/xenwright/report.json"
# What could not be delivered at earlier starts goes first.
PENDING = ROOT + "/var/lib/xenwright/report-pending.ndjson"
KEPT = 20
# The run's own numbers stay below.
FIRST = 1_000_000
KINDS = {
    "ssh-ed25519": "ED25519",
    "ssh-rsa": "RSA",
    "ssh-dss": "DSA",
    **{"ecdsa-sha2-nistp%d" % size: "ECDSA" for size in (256, 384, 521)},
}
MOST_KEYS = 16


GOING_DOWN = []


def end_soon(*_):
    """The host goes down: one more try that begins after this, and no waiting."""
    GOING_DOWN.append(True)


signal.signal(signal.SIGTERM, end_soon)


def write(path, text):
    """For root alone."""
    write_whole(path, text, 0o600)


def fingerprint(kind, key):
    """None for what no SSH server shows: another kind, or a key that says it is of another."""
    try:
        blob = base64.b64decode(key, validate=True) if kind in KINDS and len(key) <= 4096 else b""
    except ValueError:
        return None
    if blob[4 : 4 + len(kind)] != kind.encode():
        return None
    return "SHA256:%s (%s)" % (base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("="), KINDS[kind])


def host_keys(lines):
    words = [line.split(" ") for line in lines if not line.startswith("#")]
    return sorted(
        {found for found in (fingerprint(one[0], one[1]) for one in words[:MOST_KEYS] if len(one) >= 2) if found}
    )


def own_keys():
    return host_keys(
        [
            line
            for path in sorted(glob.glob(ROOT + "/etc/ssh/ssh_host_*_key.pub"))
            for line in (read(path) or "").split("\n")
        ]
    )


def keys_at(address):
    """As the guest shows them itself. The address may be the guest's own word: nothing else than an address is handed
    on.
    """
    try:
        address = str(ipaddress.ip_address(address)) if "%" not in address else None
    except (TypeError, ValueError):
        return []
    if address is None:
        return []
    # Lines begin with the address that was asked for; what a guest says of itself stands behind a #.
    shown = run("ssh-keyscan", "-T", "10", address, limit=60, most=65536)[1].split("\n")
    return host_keys([line.partition(" ")[2] for line in shown if line.startswith(address + " ")])


def addresses(device):
    try:
        links = json.loads(run("ip", "-j", "addr", "show", "dev", device)[1] or "[]")
    except ValueError:
        return []
    return [
        entry["local"]
        for link in links
        for entry in link.get("addr_info", [])
        if entry.get("scope") == "global" and "local" in entry
    ]


def verdict_here():
    """None for that of another start; an older check did not say of which its one is."""
    found = load(VERDICT, None) if os.path.exists(VERDICT) else None
    if (
        not isinstance(found, dict)
        or not isinstance(found.get("dom0"), dict)
        or not isinstance(found.get("domus"), list)
    ):
        return None
    return None if found.get("bootId") and boot_id() and found["bootId"] != boot_id() else found


def verdict_of_this_start():
    """Waits for it: this script runs before the check has ended, so that a host which is switched off right after it
    has told.
    """
    until = time.monotonic() + LIMIT
    looked = time.monotonic()
    found = verdict_here()
    while found is None and not GOING_DOWN and time.monotonic() < until:
        time.sleep(min(0.5, PAUSE))
        # Asking costs the guests' own processor time where everything is slow.
        if time.monotonic() > looked + 10 * max(1.0, SLOW):
            looked = time.monotonic()
            if run("systemctl", "is-failed", "xenwright-first-boot.service")[1] == "failed":
                return verdict_here()
        found = verdict_here()
    return found


def domu_line(domu):
    """Nonsense of one guest is that guest's line, and nobody else's."""
    try:
        address, up = domu.get("address"), domu.get("up") is True
        return {
            **domu,
            "up": up,
            "addresses": [address] if address else [],
            "sshHostKeys": keys_at(address) if up else [],
        }
    except Exception as error:
        name = domu.get("name") if isinstance(domu, dict) else None
        return {
            "name": str(name),
            "up": False,
            "why": "it could not be reported: %s" % printable("%s: %s" % (type(error).__name__, error)),
            "address": None,
            "addresses": [],
            "sshHostKeys": [],
            "seconds": None,
        }


def report(target, boot, verdict):
    device = load(ROOT + "/etc/xenwright/first-boot.json", {}).get("device", "xenbr0")
    if verdict is None:
        verdict = {
            "dom0": {"up": False, "hypervisor": "none"},
            "domus": [],
            "fallback": False,
            "why": "the first-boot check left no verdict",
        }
    dom0, domus = verdict["dom0"], [domu_line(domu) for domu in verdict["domus"]]
    well = dom0["up"] and not verdict["fallback"] and all(domu["up"] for domu in domus)
    return {
        "seq": FIRST + boot,
        "time": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "run": load(ROOT + "/boot/xenwright/installed.json", {}).get("run") or "unknown",
        "type": "host.report",
        "hostname": target["hostname"],
        "boot": boot,
        "bootId": boot_id(),
        "result": "up" if well else "failed",
        "fallback": verdict["fallback"],
        "why": verdict["why"],
        "dom0": {
            **dom0,
            "why": None if dom0["up"] else verdict["why"],
            "addresses": addresses(device),
            "sshHostKeys": own_keys(),
            "seconds": dom0.get("seconds"),
        },
        "domus": domus,
    }


def pending():
    """What is no report any more (a disk that was full, a torn file) keeps none from being sent."""
    found = []
    for line in (read(PENDING) or "").split("\n"):
        try:
            if isinstance(json.loads(line)["seq"], int):
                found.append(line)
        except (KeyError, TypeError, ValueError, RecursionError):
            pass
    return found


def counted(state):
    boot = state.get("boot") if isinstance(state, dict) else None
    return boot if isinstance(boot, int) else 0


class Straight(urllib.request.HTTPRedirectHandler):
    """A report goes where it was meant to go, or nowhere."""

    def redirect_request(self, *_):
        return None


def pinned(tls):
    """Looks at the server's certificate before anything is sent to it."""

    class Connection(http.client.HTTPSConnection):
        def connect(self):
            self._context = ssl.create_default_context()
            self._context.check_hostname = False
            self._context.verify_mode = ssl.CERT_NONE
            super().connect()
            found = hashlib.sha256(self.sock.getpeercert(binary_form=True)).hexdigest()
            if found == tls["fingerprint"]:
                return
            self.close()
            if tls["isOnly"]:
                raise OSError(
                    "the server shows a certificate with the SHA-256 fingerprint %s, not %s"
                    % (found, tls["fingerprint"])
                )
            self._context = ssl.create_default_context()
            super().connect()

    class Handler(urllib.request.HTTPSHandler):
        def https_open(self, request):
            return self.do_open(Connection, request)

    return [Handler]


def post(target, lines):
    body = ("\n".join(lines) + "\n").encode()
    first, last = json.loads(lines[0]), json.loads(lines[-1])
    url = urllib.parse.urlsplit(target["url"])
    headers = {
        "content-type": "application/x-ndjson",
        "user-agent": "xenwright",
        "x-xenwright-run": last["run"],
        "x-xenwright-host": target["hostname"],
        "x-xenwright-first-seq": str(first["seq"]),
        "x-xenwright-last-seq": str(last["seq"]),
    }
    if target["secret"] is not None:
        headers["x-xenwright-signature"] = (
            "sha256=" + hmac.new(target["secret"].encode(), body, hashlib.sha256).hexdigest()
        )
    headers.update(login_header(url))
    plain = urllib.parse.urlunsplit(url._replace(netloc=url.netloc.rpartition("@")[2]))
    request = urllib.request.Request(plain, data=body, headers=headers, method="POST")
    try:
        with urllib.request.build_opener(Straight, *(pinned(target["tls"]) if target.get("tls") else [])).open(
            request, timeout=20
        ) as answer:
            return None if 200 <= answer.status < 300 else "the server answered %d" % answer.status
    except urllib.error.HTTPError as error:
        return "the server answered %d" % error.code
    except (OSError, ValueError) as error:
        return str(getattr(error, "reason", error))


def main():
    target = load(ROOT + "/etc/xenwright/report.json", None)
    if target is None:
        print("/etc/xenwright/report.json cannot be read")
        return 1
    verdict = verdict_of_this_start()
    if verdict is None and GOING_DOWN:
        print("the host goes down before it has been checked: this start is not reported")
        return 0
    boot = counted(load(STATE, {})) + 1
    write(STATE, json.dumps({"boot": boot}) + "\n")
    lines = (pending() + [json.dumps(report(target, boot, verdict), separators=(",", ":"))])[-KEPT:]
    write(PENDING, "\n".join(lines) + "\n")
    began, pause, told = time.monotonic(), PAUSE, None
    while True:
        is_last = bool(GOING_DOWN)
        why = post(target, lines)
        if why is None:
            os.unlink(PENDING)
            print("the webhook has the report of this start")
            return 0
        if why != told:
            print("not reported yet: %s" % why, flush=True)
            told = why
        if is_last or time.monotonic() + pause > began + LIMIT:
            print("given up: the report goes with that of the next start")
            return 1
        # In short pieces: a signal that comes just before one must not wait for all of it.
        waited = time.monotonic() + pause
        while time.monotonic() < waited and not GOING_DOWN:
            time.sleep(min(0.5, PAUSE))
        pause = min(pause * 2, 60)


sys.exit(main())
