"""Who acts in a request, and from where: kept with what they write."""

from auditlog.context import auditlog_value
from auditlog.middleware import AuditlogMiddleware
from django.http import HttpRequest, HttpResponse

from .address import address_of


class TrailMiddleware(AuditlogMiddleware):
    """auditlog's middleware, with the address of who is signed in and of nobody else.

    auditlog itself would believe any forged X-Forwarded-For, and keep the address of a citizen who objects.
    """

    def __call__(self, request: HttpRequest) -> HttpResponse:
        before = auditlog_value.set({})
        try:
            response: HttpResponse = super().__call__(request)
            return response
        finally:
            auditlog_value.reset(before)

    def get_extra_data(self, request: HttpRequest) -> dict[str, object]:
        actor = self._get_actor(request)
        if actor is None:
            return {"actor": None}
        # Who it is stands there already; auditlog would add the mail address, in clear and for ever.
        return {"actor": actor, "actor_email": None, "remote_addr": address_of(request)}
