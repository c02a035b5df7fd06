"""Logging in at web servers."""

import base64
import urllib.parse


def login_header(url):
    """That of the name and password in an address that was split; none where there are none."""
    if not url.username and not url.password:
        return {}
    who = "%s:%s" % (urllib.parse.unquote(url.username or ""), urllib.parse.unquote(url.password or ""))
    return {"Authorization": "Basic " + base64.b64encode(who.encode()).decode()}
