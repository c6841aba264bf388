"""Which addresses are the public internet. Looks nothing up and opens no connection."""

from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit


def is_refused_ip(address: str) -> bool:
    """Whether this is an IP address outside the public internet: private, local, metadata, or one wrapped in IPv6."""
    try:
        ip = ip_address(address.strip("[]").partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped:
            return is_refused_ip(str(ip.ipv4_mapped))
        if ip.sixtofour or ip.teredo or str(ip).startswith("64:ff9b:"):
            return True
    return not ip.is_global or ip.is_multicast


def refused_address(base_url: str) -> str:
    """Return why this is no address for a channel, or "" when it is: https to a host, or plain http to loopback."""
    try:
        parts = urlsplit(base_url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "cannot be read"
    if parts.username or parts.password or parts.query or parts.fragment:
        return "may hold only a host, a port and a path"
    if not host or port == 0:
        return "has no host"
    if parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host)):
        return ""
    return "must begin with https://"


def is_loopback(host: str) -> bool:
    """Whether a host is this machine by name or number."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
