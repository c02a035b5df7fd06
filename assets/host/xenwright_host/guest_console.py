"""What a guest wrote on its console, as xenconsoled kept it."""

import os
import re
import stat

from xenwright_host.system import ROOT


def console_lines(name):
    """What the guest wrote on its console last. The text is the guest's own: no control sequence of it reaches Dom0's
    console.
    """
    try:
        # A file, and the one that is named: nothing that leads elsewhere or never ends.
        with open(
            os.open(ROOT + "/var/log/xen/console/guest-%s.log" % name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK),
            "rb",
        ) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return []
            file.seek(max(0, os.fstat(file.fileno()).st_size - 65536))
            text = file.read(65536).decode("utf-8", "replace")
    except OSError:
        return []
    lines = [
        re.sub(r"[^ -~]", "", re.sub(r"\x1b(\[[0-?]*[ -/]*[@-~]|[@-_])", "", line)).strip()[:160]
        for line in text.splitlines()
    ]
    return [line for line in lines if line]


def panics(name):
    """A panic, or an error of the boot loader."""
    return [line for line in console_lines(name) if "Kernel panic" in line or line.startswith("error: ")]


def last_words(name):
    """The line that tells most: a panic when there was one, else the last."""
    lines = panics(name) or console_lines(name)
    return "; its console ends with: " + lines[-1] if lines else ""
