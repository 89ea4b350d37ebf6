"""Whether an address belongs to the open internet: what every guard against calls into a private network asks."""

import ipaddress

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_INSIDE_OF_IPV6 = (
    (ipaddress.IPv6Network("64:ff9b::/96"), 0),  # NAT64, RFC 6052
    (ipaddress.IPv6Network("2002::/16"), 80),  # 6to4, RFC 3056
    (ipaddress.IPv6Network("::ffff:0:0:0/96"), 0),  # translated, RFC 2765
    (ipaddress.IPv6Network("::ffff:0:0/96"), 0),  # mapped, RFC 4291
    (ipaddress.IPv6Network("::/96"), 0),  # compatible, RFC 4291
)
"""Networks whose addresses hold an IPv4 address, and how many bits stand behind it."""


def meant(address: Address) -> Address:
    """IPv4 in the clothes of IPv6 leads where the IPv4 address does."""
    if isinstance(address, ipaddress.IPv6Address) and int(address) > 1:  # "::" and "::1" are addresses of their own
        for network, behind in _INSIDE_OF_IPV6:
            if address in network:
                return ipaddress.IPv4Address(int(address) >> behind & 0xFFFFFFFF)
    return address


def is_public(address: Address) -> bool:
    """Neither private, local to a site or a machine, reserved, nor for many at once; whatever clothes it wears."""
    own = meant(address)
    local = isinstance(own, ipaddress.IPv6Address) and own.is_site_local  # fec0::/10, which `is_global` lets pass
    return own.is_global and not (local or own.is_multicast or own.is_reserved)
