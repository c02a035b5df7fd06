"""Everything that a guest says goes through here. It is data: bounded, of the form that its key has, fit for a
terminal, and never an option or a path.
"""

import ipaddress
import re

from xenwright_host.system import run

MOST_ADDRESSES = 16
MOST_CHARACTERS = 300


def printable(text, most=MOST_CHARACTERS):
    """One line for people: no control sequence, and no sign that is not seen or turns the direction of writing."""
    text = re.sub(r"\x1b(\[[0-?]*[ -/]*[@-~]|[@-_])", "", str(text)[: 16 * most])
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:most]


def address_of(word):
    """An address that one machine can have in a network, as text; None for anything else: names, zones, options, this
    host's own loopback.
    """
    try:
        found = ipaddress.ip_address(word) if "%" not in word else None
    except ValueError:
        return None
    if found is None:
        return None
    found = getattr(found, "ipv4_mapped", None) or found
    # 240.0.0.0/4 is reserved; of IPv6 that word covers networks that are in use.
    unfit = (
        found.is_loopback
        or found.is_unspecified
        or found.is_multicast
        or found.is_link_local
        or (found.version == 4 and (found.is_reserved or found in ipaddress.ip_network("0.0.0.0/8")))
    )
    return None if unfit else str(found)


def guest_addresses(text, not_these=()):
    """Those that a guest may have: not Dom0's own, which would be asked in the place of the guest."""
    found = [address_of(word) for word in (text or "").split()[:MOST_ADDRESSES]]
    return [address for address in dict.fromkeys(found) if address is not None and address not in not_these]


def guest_seconds(text):
    return int(text) or None if re.fullmatch("[0-9]{1,10}", text or "") else None


def guest(number, key):
    """What it wrote into xenstore, as it stands there; None when nothing."""
    code, out, _ = run("xenstore-read", "/local/domain/%s/data/xenwright/%s" % (number, key), limit=10, most=4096)
    return out if code == 0 and out else None


def guest_state(number):
    """up, failed, or None for all else."""
    state = guest(number, "state")
    return state if state in ("up", "failed") else None
