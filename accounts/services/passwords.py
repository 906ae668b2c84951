"""A person's own password: no other place sets one (`tests/accounts/test_passwords.py` reads the source)."""

import datetime

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils import timezone

from accounts.enums import PasswordEnds
from accounts.models import UsedPassword, User
from accounts.models.passwords import REMEMBERED


@transaction.atomic
def set_password(*, person: User, password: str) -> None:
    """Keep what the person chose; raises ValidationError where it is not fit (accounts.passwords).

    The last ones are remembered and older ones forgotten.
    """
    held = (
        User.objects.select_for_update(of=("self",))
        .select_related("organisation__district")
        .get(pk=person.pk)
    )
    validate_password(password, held)
    person.set_password(password)
    person.password_set_at = timezone.now()
    person.link_made_at = None
    person.save(update_fields=["password", "password_set_at", "link_made_at"])
    UsedPassword.objects.create(person=person, password=person.password)
    kept = UsedPassword.objects.filter(person=person).values("pk")[:REMEMBERED]
    UsedPassword.objects.filter(person=person).exclude(
        pk__in=list(kept.values_list("pk", flat=True))
    ).delete()


def password_ends(person: User) -> PasswordEnds | None:
    """Why a person must choose a new password before anything else; None while they need not."""
    if settings.PORTAL_DEMO_RULES:
        return None
    # Read anew: a digest that the sign-in itself renewed looks as if somebody else had set it.
    set_at = User.objects.values_list("password_set_at", flat=True).get(pk=person.pk)
    if set_at is None:
        return PasswordEnds.NOT_OWN
    age = timezone.now() - set_at
    return PasswordEnds.OLD if age > datetime.timedelta(days=settings.PORTAL_PASSWORD_DAYS) else None
