"""Where a request comes from, as far as it can be known: what limits count by."""

from ipaddress import IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest

BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    *(("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows")),
    *(("Mac OS", "Mac"), ("CrOS", "ChromeOS"), ("Linux", "Linux")),
)

IPV6_SITE = 64  # one household or pharmacy; its machines change the rest at will


def client_address(request: HttpRequest) -> str:
    """The peer; behind proxies that are trusted, the right-most address that none of them wrote for itself.

    Each trusted proxy appends the address that it saw: entries further left were written by the client.
    """
    peer = request.META.get("REMOTE_ADDR", "")
    trusted = settings.TRUSTED_PROXIES
    if not trusted:
        return _site(peer)
    seen = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    return _site(seen[-trusted]) or _site(peer) if len(seen) >= trusted else _site(peer)


def _site(text: str) -> str:
    """An address in one writing; IPv6 by its site; nothing when it is no address."""
    try:
        address = ip_address(text.strip())
    except ValueError:
        return ""
    if not isinstance(address, IPv6Address):
        return str(address)
    mapped = address.ipv4_mapped
    return str(mapped or IPv6Network((address, IPV6_SITE), strict=False))


def browser_of(request: HttpRequest) -> str:
    """The browser and the system in two words: enough to recognise one's own, too little to follow anybody."""
    told = request.META.get("HTTP_USER_AGENT", "")
    named = [
        next((name for piece, name in known if piece in told), "") for known in (BROWSERS, SYSTEMS)
    ]
    return " · ".join(filter(None, named))
