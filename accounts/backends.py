"""Who is signed in."""

from allauth.account.auth_backends import AuthenticationBackend
from auditlog.models import LogEntry

from .models import User


class StaffBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    """allauth's backend, which also reads what every desk page needs.

    That is the person's organisation, and `trail_end`, the time of the trail's last entry: figures counted
    for this person stay good as long as it is the same.
    """

    def get_user(self, user_id: int) -> User | None:
        trail_end = LogEntry.objects.order_by("-pk").values("timestamp")[:1]
        found = User.objects.select_related("organisation").annotate(trail_end=trail_end)
        user = found.filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None
