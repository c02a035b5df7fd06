"""Who has a guest in hand, and how it ended. xl create leaves a process behind that restarts its guest; the guest's
name is gone meanwhile. Started beside it, a guest would run twice on one disk.
"""

import glob
import os
import re

from xenwright_host.system import ROOT

# What of xl changes a guest. Not what only asks: the check asks all the time.
HANDS = {"create", "restore", "migrate", "migrate-receive", "save", "reboot", "shutdown", "destroy"}
# libxl's numbers of why a domain ended: rebooted, crashed, by its watchdog, reset. 0 is switched off, 2 saved or moved:
# on purpose.
BY_ACCIDENT = {"1", "3", "4", "5"}


def owners(record):
    """The process ids of every xl that lives and has this guest in hand: by its name, its configuration, or the log
    that only the guest's own one writes.
    """
    name, found = record["name"], []
    log = re.compile(re.escape("%s/var/log/xen/xl-%s.log" % (ROOT, name)) + r"(\.\d+)?( \(deleted\))?")
    for process in glob.glob("/proc/[0-9]*"):
        try:
            with open(process + "/cmdline", "rb") as file:
                words = file.read(65536).decode("utf-8", "replace").split("\0")
            # A script has its interpreter before it.
            at = next((index for index, word in enumerate(words[:2]) if os.path.basename(word) == "xl"), None)
            if at is None or not HANDS & set(words[at + 1 :]):
                continue
            if {name, config_of(record)} & set(words[at + 1 :]) or log.fullmatch(os.readlink(process + "/fd/1")):
                found.append(int(os.path.basename(process)))
        except OSError:
            continue
    return found


def config_of(record):
    return record.get("config") or "/etc/xen/%s.cfg" % record["name"]


def ended_by_accident(name):
    """By what its own xl wrote last: it was not switched off, saved, moved or destroyed by anybody. What is not known
    counts as somebody's wish.
    """
    try:
        with open("%s/var/log/xen/xl-%s.log" % (ROOT, name), "rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - 65536))
            text = file.read(65536).decode("utf-8", "replace")
    except OSError:
        return False
    # After a restart that went well it waits for the next end: what was before that is over.
    ends = re.findall(
        r"Domain \d+ has (?:shut down, reason code (\d+)|been destroyed)", text.rpartition("Waiting for domain")[2]
    )
    return bool(ends) and ends[-1] in BY_ACCIDENT
