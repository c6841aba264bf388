"""Which addresses are the public internet. Looks nothing up and opens no connection."""

from ipaddress import IPv6Address, ip_address


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
