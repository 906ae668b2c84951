"""Where a request comes from, as far as our own proxies vouch for it."""

from allauth.account.adapter import get_adapter
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str | None:
    """The client's address as allauth finds it, beyond our own proxies (`PORTAL_PROXIES`), no further.

    None where that cannot be told: over no network, or by a way that does not pass our proxies.
    """
    try:
        return str(get_adapter(request).get_client_ip(request))
    except (PermissionDenied, ImproperlyConfigured):
        return None
