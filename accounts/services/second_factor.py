"""Second factors: a code serves once; a lost one is taken away by two people, neither of them its owner."""

from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.enums import SessionEnd
from accounts.models import UsedCode, User
from audit.enums import SignIn
from audit.services import note_second_factor
from core.acting import Refusal

from .notifications import notify
from .sessions import end_all

# Steps of the clock (of half a minute) after which no code is taken any more.
LONG_PAST = 10
RESET = gettext_noop(
    "Your second factor was taken away, because it was said to be lost. Sign in with your password and set "
    "up a new one. If you did not ask for it, tell the administrator."
)
CHANGED = gettext_noop("%(what)s. If that was not you, change your password and tell the administrator.")


def use_step(*, person: User, step: int) -> bool:
    """Whether the code of this step was not used yet; from now on it is."""
    try:
        with transaction.atomic():
            UsedCode.objects.create(user=person, step=step)
    except IntegrityError:
        return False
    UsedCode.objects.filter(user=person, step__lt=step - LONG_PAST).delete()
    return True


@transaction.atomic
def reset(*, person: User, by: User | None) -> None:
    """Take away every second factor of a person, who then sets up a new one; without `by`, at the machine."""
    if by and person.pk == by.pk:
        raise Refusal(_("Nobody resets their own second factor."))
    found = Authenticator.objects.filter(user=person)
    if not found.exists():
        raise Refusal(_("%(name)s has no second factor.") % {"name": person})
    found.delete()
    end_all(person=person, why=SessionEnd.ACCOUNT)
    note_second_factor(person, what=SignIn.FACTOR_RESET, by=by)
    notify([person], text=RESET, about={}, url=reverse("people:my_account"))


@transaction.atomic
def note_change(*, person: User, what: SignIn, address: str | None) -> None:
    """A person's own change: in the trail, and told, should it have been somebody else."""
    note_second_factor(person, what=what, by=person, address=address)
    notify([person], text=CHANGED, about={"what": what.label}, url=reverse("people:my_account"))
