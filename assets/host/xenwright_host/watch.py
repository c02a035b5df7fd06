"""Waiting without asking: asking again and again costs processor time that the guests need that are waited for."""

import os
import re
import select
import subprocess
import time

from xenwright_host.system import SLOW


class Watch:
    """One child process that says a line whenever something happens. When it cannot be had, or ends, time alone passes.
    """

    def __init__(self, pattern, *argv):
        self.pattern, self.rest = re.compile(pattern), b""
        try:
            self.child = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
            os.set_blocking(self.child.stdout.fileno(), False)
        except OSError:
            self.child = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        child, self.child = self.child, None
        if child is None:
            return
        child.stdout.close()
        child.kill()
        try:
            child.wait(5)
        except subprocess.TimeoutExpired:
            pass

    def wait(self, seconds, others=()):
        """The lines that fit the pattern, once there are some; none when the time is over or one of the other
        descriptors is ready.
        """
        until = time.monotonic() + seconds
        while True:
            streams = [] if self.child is None else [self.child.stdout]
            ready = select.select(streams + list(others), [], [], max(0.0, until - time.monotonic()))[0]
            if not ready or any(one in ready for one in others):
                return []
            # What comes together is looked at together: a guest that writes without end gets no more of Dom0's time
            # than one that writes once.
            time.sleep(min(0.5 * SLOW, max(0.0, until - time.monotonic())))
            found = self.lines()
            if found or self.child is None:
                return found

    def lines(self):
        said = self.rest
        for _ in range(16):
            try:
                part = os.read(self.child.stdout.fileno(), 65536)
            except BlockingIOError:
                break
            if not part:
                self.__exit__()
                break
            said += part
        else:
            # More than can be read: what is not read would fill the child's memory.
            self.__exit__()
        whole, _, self.rest = said.rpartition(b"\n")
        self.rest = self.rest[:4096]
        return [line for line in whole.decode("utf-8", "replace").split("\n") if self.pattern.fullmatch(line)]


def guests_watch():
    """Says when a domain comes or goes, and when a guest has said how it is."""
    return Watch(
        r"/local/domain/\d+/data/xenwright/state|@introduceDomain|@releaseDomain",
        "xenstore-watch",
        "/local/domain",
        "@introduceDomain",
        "@releaseDomain",
    )


def touched(lines):
    """The numbers of the guests that have said something, when nothing else has happened; else None."""
    if not lines or any(line.startswith("@") for line in lines):
        return None
    return {line.split("/")[3] for line in lines}
