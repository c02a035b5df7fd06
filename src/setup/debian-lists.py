#!/usr/bin/python3
"""Makes the lists of assets/distributions again: what each release of Debian has of time zones, locales, keyboards, and
users and groups. To renew them (a new release; once a year), for each release, with its own apt sources:

    apt-get download tzdata tzdata-legacy locales xkb-data console-setup keyboard-configuration \\
        $(everything that a Dom0 or DomU gets: `apt-get -s install` of src/plan/distributions/debian-packages.ts)
    for deb in *.deb; do dpkg-deb -R "$deb" "UNPACKED/RELEASE/${deb%%_*}"; done

then `src/setup/debian-lists.py UNPACKED`; bookworm has no tzdata-legacy. ckbcomp of console-setup (Perl) is asked
which keyboards it can make."""

import os
import re
import subprocess
import sys
from pathlib import Path

RELEASES = ("bookworm", "trixie", "forky")
ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "assets" / "distributions"
# Pieces of layouts, not layouts.
PIECES = re.compile(
    r"_vndr$|^(altwin|capslock|compose|ctrl|empty|eurosign|fkeys|grab|group|hyper|inet|keypad|kpdl|level[235]|nbsp"
    r"|parens|pc|rupeesign|scrolllock|shift|srvr_ctrl|srvrkeys|terminate|typo|custom)$"
)


def lines_of(path):
    return Path(path).read_text(encoding="utf-8").splitlines()


def zones(base):
    """Zones of tzdata: what is a file or link below the folders of regions, or one of two names at the top."""
    root = base / "tzdata/usr/share/zoneinfo"
    found = {"UTC", "GMT"}
    for path in root.rglob("*"):
        name = str(path.relative_to(root))
        if "/" in name and name[0].isupper() and not path.is_dir():
            found.add(name)
    return found


def old_zones(base):
    """Old name: present name. Links of tzdata.zi, followed to a zone that tzdata itself has."""
    links = {}
    for line in lines_of(base / "tzdata/usr/share/zoneinfo/tzdata.zi"):
        if line.startswith("L "):
            _, target, name = line.split()
            links[name] = target
    known = zones(base)
    legacy = base / "tzdata-legacy/usr/share/zoneinfo"
    names = {str(p.relative_to(legacy)) for p in legacy.rglob("*") if not p.is_dir()}
    found = {}
    for name in {n for n in names if not n.startswith(("posix/", "right/"))} | set(links):
        target = name
        while target not in known and target in links:
            target = links[target]
        # A link of the file system where the table of zones has none.
        if target not in known and (legacy / target).is_symlink():
            target = os.path.normpath(os.path.join(os.path.dirname(target), os.readlink(legacy / target)))
        if name not in known:
            found[name] = target
    return found


def locales(base):
    """Definitions that are supported, without their charset: any of them can be made for UTF-8."""
    found = set()
    for line in lines_of(base / "locales/usr/share/i18n/SUPPORTED"):
        if line.strip():
            found.add(re.sub(r"\.[^@]*", "", line.split()[0]))
    return found


def xkb_of(base):
    for folder in ("xkeyboard-config-2", "X11/xkb"):
        path = base / "xkb-data/usr/share" / folder
        if (path / "rules").is_dir():
            return path
    raise SystemExit("no rules of xkb below %s" % base)


def makes(base, layout, variant=""):
    """Can console-setup make a keyboard of it?"""
    words = ["perl", base / "console-setup/usr/bin/ckbcomp", "-I%s" % xkb_of(base), "-layout", layout]
    ran = subprocess.run([*words, *(["-variant", variant] if variant else [])], capture_output=True, text=True)
    return len(ran.stdout.splitlines()) > 50 and "Can not find" not in ran.stderr


def keyboards(base):
    """Layout: its variants. And layout: what it is called in English."""
    xkb = xkb_of(base)
    section, listed, called = None, {}, {}
    for line in lines_of(xkb / "rules/base.lst"):
        if line.startswith("!"):
            section = line[1:].strip()
        elif line.strip():
            name, text = line.split(None, 1)
            if section == "layout" and not PIECES.search(name):
                listed.setdefault(name, set())
                called[name] = text
            elif section == "variant":
                listed.setdefault(text.split(":")[0], set()).add(name)
    found = {}
    names = {p.name for p in (xkb / "symbols").iterdir() if p.is_file()} | set(listed)
    for name in sorted(n for n in names if not PIECES.search(n)):
        if not makes(base, name):
            continue
        path = xkb / "symbols" / name
        own = set(re.findall(r'xkb_symbols\s+"([^"]+)"', path.read_text(encoding="utf-8"))) if path.exists() else set()
        found[name] = own | {v for v in listed.get(name, ()) if v not in own and makes(base, name, v)}
    return found, {name: text for name, text in called.items() if name in found}


def console_names(base, layouts):
    """kbd's name of a keyboard: layout and variant, as systemd's table says; not where xkb has a layout of that name."""
    found = {}
    for line in lines_of(base / "systemd/usr/share/systemd/kbd-model-map"):
        if line.strip() and not line.startswith("#"):
            name, layout, _, variant = line.split()[:4]
            if name not in layouts:
                found.setdefault(name, (layout, "" if variant == "-" else variant))
    return found


def accounts(base):
    """Name of a user or group: the package that brings it."""
    found = {"root": "base-passwd"}
    for kind in ("passwd", "group"):
        for line in lines_of(base / ("base-passwd/usr/share/base-passwd/%s.master" % kind)):
            found.setdefault(line.split(":")[0], "base-passwd")
    for package in sorted(p for p in base.iterdir() if p.is_dir()):
        for path in (package / "usr/lib/sysusers.d").glob("*.conf"):
            for line in lines_of(path):
                words = line.split()
                if words and re.fullmatch(r"[ug][!+-]*", words[0]):
                    found.setdefault(words[1], package.name)
        for script in ("preinst", "postinst"):
            path = package / "DEBIAN" / script
            text = path.read_text(encoding="utf-8", errors="replace").replace("\\\n", " ") if path.exists() else ""
            for call in re.findall(r"^[^#\n]*\b(?:adduser|addgroup|useradd|groupadd)\s+([^|;&(\n]*)", text, re.M):
                names = [w for w in call.split() if re.fullmatch(r"[a-z_][a-z0-9_-]*", w)]
                if names:
                    found.setdefault(names[-1], package.name)
            user = re.search(r'^MESSAGEUSER="?([a-z]+)', text, re.M)
            if user:
                found.setdefault(user.group(1), package.name)
    return found


def marked(name, has):
    """The name, with the releases that have it where not all do."""
    having = [release for release in RELEASES if name in has[release]]
    return name if len(having) == len(RELEASES) else "%s:%s" % (name, ",".join(having))


def write(name, about, lines):
    head = "# %s Made by src/setup/debian-lists.py; `:` and releases: only they have it.\n" % about
    (OUT / name).write_text(head + "\n".join(lines) + "\n", encoding="utf-8")


def main():
    bases = {release: Path(sys.argv[1]) / release for release in RELEASES}
    OUT.mkdir(parents=True, exist_ok=True)

    def each(read):
        return {release: read(base) for release, base in bases.items()}

    def union(has):
        return sorted(set().union(*has.values()))

    known = each(zones)
    write("debian-zones.txt", "Time zones of tzdata.", [marked(name, known) for name in union(known)])
    old = {name: target for base in bases.values() for name, target in old_zones(base).items()}
    everywhere = set.intersection(*known.values())
    write(
        "old-zones.txt",
        "Old names of time zones, and the present ones (links of tzdata.zi, tzdata-legacy).",
        ["%s %s" % (name, target) for name, target in sorted(old.items()) if target in everywhere],
    )
    known = each(locales)
    write("debian-locales.txt", "Locales of SUPPORTED, without charset.", [marked(name, known) for name in union(known)])
    made = each(keyboards)
    found = {release: lists for release, (lists, _) in made.items()}
    lines = []
    for layout in union(found):
        has = {release: found[release].get(layout, ()) for release in RELEASES}
        lines.append(" ".join([marked(layout, found), *(marked(name, has) for name in union(has))]))
    write("debian-keyboards.txt", "Layouts of xkb-data that console-setup can make, and their variants.", lines)
    called = made[RELEASES[-1]][1]
    write("keyboard-names.txt", "What layouts are called in English (base.lst).", sorted(map(" ".join, called.items())))
    layouts = set(union(found))
    names = {name: to for base in bases.values() for name, to in console_names(base, layouts).items()}
    write(
        "console-keyboards.txt",
        "Console names of keyboards (kbd-model-map of systemd): layout, and variant.",
        [" ".join(filter(None, [name, *to])) for name, to in sorted(names.items())],
    )
    known = each(accounts)
    origin = {name: package for has in known.values() for name, package in has.items()}
    write(
        "debian-accounts.txt",
        "Users and groups of an installed system, and the package that brings each.",
        ["%s %s" % (marked(name, known), origin[name]) for name in union(known)],
    )


main()
