"""The records of this host's DomUs, and the domains that run."""

import glob
import json
import os
import re

from xenwright_host.system import run

RECORDS = os.environ.get("XENWRIGHT_RECORDS", "/etc/xenwright/domus")
# Of src/facts/record-forms.ts.
KNOWN = 1
STARTS = os.environ.get("XENWRIGHT_STATE", "/run/xenwright/domus")


def read_records():
    """Those of every DomU, in the order of their names, and why others cannot be read, by their names."""
    found, broken = [], {}
    for path in sorted(glob.glob(RECORDS + "/*.json")):
        try:
            with open(path) as file:
                record = json.load(file)
            if (
                not isinstance(record, dict)
                or not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.+-]{0,59}", str(record.get("name")))
                or not isinstance(record.get("order", 0), (int, float))
            ):
                raise ValueError("it is not the record of a DomU")
            if record.get("version", 0) not in range(KNOWN + 1):
                raise ValueError("its version is %.20r, and this host's scripts know %d" % (record["version"], KNOWN))
            found.append(record)
        except (OSError, ValueError, RecursionError) as error:
            broken[os.path.basename(path)[: -len(".json")]] = str(error)
    return found, broken


def records():
    """As above; those that cannot be read are told and left out."""
    found, broken = read_records()
    for name, why in broken.items():
        print("%s/%s.json: %s" % (RECORDS, name, why), flush=True)
    return found


def domains():
    """(the number of every domain by its name, asked for at once, and None); (None, why) when xl does not tell."""
    code, out, trouble = run("xl", "list")
    if code != 0:
        return None, trouble or "xl list: exit code %d" % code
    rows = [re.fullmatch(r"(.+?) +(\d+) +\d+ +\d+ +[a-z-]+ +[\d.]+", line.strip()) for line in out.split("\n")[1:]]
    return {row[1]: row[2] for row in rows if row}, None


def domid(name):
    code, out, _ = run("xl", "domid", name)
    return out if code == 0 else None
