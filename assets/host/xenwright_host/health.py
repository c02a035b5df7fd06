"""Is a guest well, asked from Dom0? Who answers is the guest: it gets the one question and leads nobody elsewhere, and
its answer is bounded.
"""

import contextlib
import http.client
import signal
import socket
import urllib.parse

from xenwright_host.guest_data import printable
from xenwright_host.system import SLOW
from xenwright_host.web import login_header


@contextlib.contextmanager
def at_most(seconds):
    """TimeoutError after this long, even where something comes again and again. In the main thread only."""

    def over(*_):
        raise TimeoutError("no whole answer within %d s" % seconds)

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def http_status(url, address, seconds):
    """Of this very address: a redirect is an answer like any other. No more of it is read than its head."""
    host = address if url.hostname in ("localhost", "127.0.0.1", "::1") else url.hostname
    kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    connection = kind(host, url.port or kind.default_port, timeout=seconds)
    try:
        connection.request(
            "GET",
            (url.path or "/") + ("?" + url.query if url.query else ""),
            headers={"User-Agent": "xenwright", "Connection": "close", **login_header(url)},
        )
        return connection.getresponse().status
    finally:
        connection.close()


def healthy(check, address):
    """None when well, else why not."""
    asked = "port %s" % check.get("tcp")
    try:
        with at_most(max(1.0, 20 * SLOW)):
            if "tcp" in check:
                socket.create_connection((address, check["tcp"]), timeout=5 * SLOW).close()
                return None
            url = urllib.parse.urlsplit(check["http"])
            # Whoever is named in it, and what follows the path, may let in.
            asked = "%s://%s%s" % (url.scheme, url.netloc.rpartition("@")[2], url.path)
            status = http_status(url, address, 10 * SLOW)
        return (
            None
            if status == check["status"]
            else "%s answered %d%s, not %s"
            % (asked, status, " (a redirect is not followed)" if 300 <= status < 400 else "", check["status"])
        )
    except (OSError, ValueError, http.client.HTTPException) as error:
        return printable("%s: %s" % (asked, error))
