"""Who is signed in."""

from allauth.account.auth_backends import AuthenticationBackend

from .models import User


class StaffBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    """allauth's, with the person's organisation read along: every desk page names it."""

    def get_user(self, user_id: int) -> User | None:
        user = User.objects.select_related("organisation").filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None
