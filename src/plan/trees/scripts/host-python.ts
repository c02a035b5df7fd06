/** What the host's Python scripts share: how slow this host is, and the records of its DomUs. Put in after their imports (json, glob, os, subprocess). */
export const HOST_PYTHON = String.raw`
RECORDS = os.environ.get("XENWRIGHT_RECORDS", "/etc/xenwright/domus")
STARTS = os.environ.get("XENWRIGHT_STATE", "/run/xenwright/domus")


def slowness():
    """How much slower than an ordinary host this one is (an emulated one above all): by how long kernel and initrd took at boot."""
    if "XENWRIGHT_SLOW" in os.environ:
        return float(os.environ["XENWRIGHT_SLOW"])
    try:
        shown = subprocess.run(["systemctl", "show", "-p", "UserspaceTimestampMonotonic", "--value"], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60).stdout
        return max(1.0, min(10.0, int(shown) / 10_000_000))
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return 1.0


SLOW = slowness()


def run(*argv, limit=30):
    """(exit code, standard output, standard error); never raises, never waits longer than its limit. 124 is: did not answer."""
    try:
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=limit * max(1.0, SLOW))
        return done.returncode, done.stdout.strip(), done.stderr.strip()
    except subprocess.TimeoutExpired:
        return 124, "", "%s did not answer within %d s" % (" ".join(argv[:2]), limit * max(1.0, SLOW))
    except OSError as error:
        return 127, "", str(error)


def records():
    """Those of every DomU, in the order of their names; one that cannot be read is told and left out."""
    found = []
    for path in sorted(glob.glob(RECORDS + "/*.json")):
        try:
            with open(path) as file:
                found.append(json.load(file))
        except (OSError, ValueError) as error:
            print("%s: %s" % (path, error), flush=True)
    return found
`;
