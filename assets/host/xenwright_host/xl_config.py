"""What of an xl configuration (xl.cfg(5)) a start asks for: the disks that its guest writes to. As Xenwright itself reads
it (src/host/domus/running.ts, disks-free.ts); a test gives both the same configurations.
"""

import re

# Somebody's disk image may have been called .cfg.
MOST_CHARACTERS = 256 * 1024
# Comments, texts in either quotes, words, what parts them; the rest of a line after a quote that nobody closes.
TOKEN = re.compile(
    r"""#[^\n]*|"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)'|["'][^\n]*|([A-Za-z0-9_.-]+)|(\+?=)|([\[\];\n])"""
)
# Prefixes of older xl: they choose nothing today.
PREFIXES = re.compile(r"(?:(?:phy|file|tap2?|aio|raw|qcow2?|vhd|ioemu|qdisk):)+")


def xl_list(text, wanted):
    """The words of one setting; lists in lists are laid flat."""
    found, key, is_value, depth = [], "", False, 0
    for token in TOKEN.finditer(text):
        double, single, word, equals, sign = token.groups()
        given = double if double is not None else single
        if equals is not None and depth == 0:
            is_value = True
            if equals == "=" and key == wanted:
                found = []
        elif sign == "[":
            depth += 1
        elif sign == "]":
            depth = max(0, depth - 1)
        elif sign in ("\n", ";") and depth == 0:
            key, is_value = "", False
        elif is_value and (given is not None or word is not None):
            if key == wanted:
                found.append(re.sub(r"\\(.)", r"\1", given) if given is not None else word)
        elif word is not None and depth == 0:
            key = word
    return found


def written_disk(specification):
    """Where the guest writes, as an absolute path. None for what is only read, is shared on purpose (w!), comes from
    another domain, or is made by a script of its own.
    """
    words = [word.strip() for word in specification.split(",")]

    def named(key):
        return next((word[len(key) + 1 :] for word in words if word.startswith(key + "=")), None)

    if any(named(key) is not None for key in ("script", "backend", "backenddomain")):
        return None
    if any(re.fullmatch(r"(?:access=)?(?:ro?|r?w!)", word) for word in words):
        return None
    if any(word in ("cdrom", "devtype=cdrom") or word.endswith(":cdrom") for word in words):
        return None
    given = named("target")
    if given is None:
        given = "" if "=" in words[0] else words[0]
    target = re.sub(PREFIXES.pattern, "", given, count=1) if PREFIXES.match(given) else given
    if target == "":
        return None
    return target if target.startswith("/") else "/dev/" + target


def written_disks(text):
    """Of a whole configuration."""
    found = [written_disk(one) for one in xl_list(text[:MOST_CHARACTERS], "disk")]
    return [path for path in found if path is not None]
