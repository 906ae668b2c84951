"""What this room does when somebody leaves who looks into objections."""

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.dispatch import receiver
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.signals import OpenWork, open_work, work_handed_over

from .enums import ObjectionState
from .models import Objection
from .services.inquirers import investigators


@receiver(open_work)
def inquiries_held(sender: type[User], *, user: User, **_kwargs: object) -> list[OpenWork]:
    told = _("An objection against %(site)s is looked into")
    return [
        OpenWork(told % {"site": letter.site}, letter.get_absolute_url(), letter.site_id)
        for letter in _inquiries(user)
    ]


@receiver(work_handed_over)
def hand_over_inquiries(
    sender: type[User], *, leaver: User, successor: User | None, **_kwargs: object
) -> None:
    """The successor goes on with them; ValidationError where something bars them from one of the sites."""
    if successor is None:
        return
    for letter in _inquiries(leaver).select_for_update(of=("self",)):
        if not investigators(letter).filter(pk=successor.pk).exists():
            told = _(
                "%(name)s cannot look into the objection against %(site)s; name somebody else there first."
            )
            raise ValidationError({"successor": told % {"name": successor, "site": letter.site}})
        letter.investigator = successor
        letter.save(update_fields=["investigator"])


def _inquiries(user: User) -> QuerySet[Objection]:
    open_ones = Objection.objects.filter(investigator=user, state=ObjectionState.ACCEPTED)
    return open_ones.select_related("site__filing").order_by("pk")
