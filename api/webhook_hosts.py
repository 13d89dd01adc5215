"""Which addresses webhooks may call: at the hosts that the settings name, and never unasked at this machine."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

_ADDRESS_PATTERN = re.compile(r"[\d.*]*\d[\d.*]*|[\da-f:.*]*:[\da-f:.*]*")
_METADATA = ("100.100.100.200", "fd00:ec2::254")
"""Where clouds tell secrets to their machines, besides the link-local 169.254.169.254."""


def may_call(address: str, hosts: Sequence[str]) -> bool:
    """Return whether an address is http or https at a host that one of the patterns names, such as his.example or 10.1.*."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    plain = parts.username is None and parts.scheme in ("http", "https") and not parts.fragment
    return plain and bool(host) and any(_matches(host, pattern.lower()) for pattern in hosts)


def may_reach(peer: str, hosts: Sequence[str]) -> bool:
    """Return whether a call may go to the IP address that a host's name has led to.

    This machine, its links and the clouds' metadata are reached only where a pattern of addresses names them: a name
    that was allowed may be pointed there later.
    """
    ip = ipaddress.ip_address(peer.partition("%")[0])
    ip = getattr(ip, "ipv4_mapped", None) or ip
    inner = ip.is_loopback or ip.is_link_local or ip.is_unspecified or str(ip) in _METADATA
    patterns = [pattern.lower() for pattern in hosts if _ADDRESS_PATTERN.fullmatch(pattern.lower())]
    return not inner or any(_matches(str(ip), pattern) for pattern in patterns)


def _matches(host: str, pattern: str) -> bool:
    # A name such as 10.1.example.com is not an address in 10.1.*.
    return fnmatchcase(host, pattern) and (_is_ip(host) or not _ADDRESS_PATTERN.fullmatch(pattern))


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
