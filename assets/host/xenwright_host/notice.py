"""What the administrator of a host that came up without Xen, or with the previous one, is told: at login (motd), and at
the consoles (issue)."""

import contextlib
import os

from xenwright_host.system import ROOT, run, write_whole

# Both are in memory: the next start begins without them. pam_motd(8) reads the folder of the first, agetty(8) the second
# by a link in /etc/issue.d: where there is an /etc/issue, it does not look into /run/issue.d.
PLACES = ("/run/motd.d/50-xenwright", "/run/xenwright/issue")
NOT_CONFIRMED = (
    "Restart the host: Xen is tried again, once. If it comes up without Xen again, watch that start on the console. "
    "Options that stop Xen are in xen_arguments of /etc/grub.d/09_xenwright: change them, run update-grub, restart."
)
PREVIOUS = "previous"
TRY_AGAIN = (
    "The next update of Xen or of its kernel is tried by itself. To try this one again: "
    "grub-editenv /boot/grub/grubenv unset xenwright_bad, restart, and watch that start on the console."
)
OTHER = "Restart the host. If somebody chose the plain system in the boot menu, that is all."


def packages():
    """Those that the files of Xen in /boot are of, also where the files are gone."""
    code, out, _ = run("dpkg", "-S", "/boot/xen-*.gz")
    found = {line.split(":")[0] for line in out.splitlines() if line.startswith("xen-hypervisor-")}
    return " ".join(sorted(found)) if code == 0 and found else "xen-hypervisor-VERSION-amd64"


def way_back(state):
    """What to do; `state` is that of the boot menu, or "missing" where it has no entry for Xen, or PREVIOUS."""
    if state == PREVIOUS:
        return TRY_AGAIN
    if state in ("trying", "failed"):
        return NOT_CONFIRMED
    if state in ("damaged", "missing"):
        return "Install Xen again: apt-get update, apt-get install --reinstall %s, update-grub, restart." % packages()
    return OTHER


def wrapped(text, width=76, indent="  "):
    """Lines of words; longer ones stand alone."""
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > width:
            lines.append(indent + line)
            line = word
        else:
            line = (line + " " + word).strip()
    return lines + [indent + line]


def notice(why, state):
    """The text. agetty takes a backslash for an order."""
    title, page = (
        ("THIS HOST RUNS THE PREVIOUS XEN. Its DomUs run.", "A new Xen does not come up")
        if state == PREVIOUS
        else ("THIS HOST RUNS WITHOUT XEN. Plain Linux was started instead; no DomU runs.", "Started without Xen")
    )
    lines = [
        "",
        title,
        *wrapped("Why: %s." % why.replace("\\", "/")),
        *wrapped("What to do: %s" % way_back(state)),
        *wrapped('More: /var/lib/xenwright/first-boot.json, and "%s" in docs/rescue.md of Xenwright.' % page),
        "",
    ]
    return "\n".join(lines) + "\n"


def tell(why, state):
    """Puts it where it is looked at, also on consoles that wait for a login already."""
    text = notice(why, state)
    for path in PLACES:
        with contextlib.suppress(OSError):
            os.makedirs(os.path.dirname(ROOT + path), exist_ok=True)
            write_whole(ROOT + path, text)
    run("agetty", "--reload")


def take_back():
    """The newest Xen runs: nothing is to be told."""
    for path in PLACES:
        with contextlib.suppress(OSError):
            os.unlink(ROOT + path)
