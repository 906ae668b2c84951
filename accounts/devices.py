"""By what a browser is told from another one: its family and its system, as it says itself.

Versions are left out, for they change under a session that goes on; so is the address, which a telephone
changes with each mast.
"""

import ipaddress

from django.http import HttpRequest

# Each names itself by its word; many also bear those of the families further down.
BROWSERS = {
    "MicroMessenger": "微信",
    "DingTalk": "钉钉",
    "QQBrowser": "QQ",
    "Edg": "Edge",
    "OPR/": "Opera",
    "360SE": "360",
    "UCBrowser": "UC",
    "Firefox": "Firefox",
    "Chrome": "Chrome",
    "Safari": "Safari",
    "Trident": "IE",
}
SYSTEMS = {
    "Windows": "Windows",
    "HarmonyOS": "HarmonyOS",
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Mac OS": "macOS",
    "UOS": "UOS",
    "Kylin": "Kylin",
    "Linux": "Linux",
}
OTHER = "?"


def device_of(request: HttpRequest) -> str:
    """Chrome · Windows; empty where the request does not say what it comes from."""
    said = request.headers.get("User-Agent", "")
    if not said:
        return ""
    return f"{_first(BROWSERS, said)} · {_first(SYSTEMS, said)}"


def network_of(address: str | None) -> str:
    """The network an address lies in: enough to know one's own by, and nobody's address."""
    if not address:
        return ""
    length = 48 if ":" in address else 24
    return str(ipaddress.ip_network(f"{address}/{length}", strict=False))


def _first(names: dict[str, str], said: str) -> str:
    return next((name for word, name in names.items() if word in said), OTHER)
