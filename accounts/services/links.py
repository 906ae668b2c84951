"""Links through which a person sets a password: single use, and only for a while.

Nobody ever types or knows another person's password. A link is a signed token of Django's own
machinery over the stored password and the last sign-in: it dies when either changes, and after
PASSWORD_RESET_TIMEOUT.
"""

import datetime
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.devices import network_of
from accounts.enums import PersonState, Role, SessionEnd
from accounts.models import User
from accounts.models.motions import proposed_way_in_of
from accounts.rules import is_given_by_two, may_manage
from accounts.services.notifications import notify
from accounts.services.passwords import set_password
from accounts.services.people import add_person
from accounts.services.sessions import end_all
from audit.enums import SignIn
from audit.services import note_sign_in
from core.acting import Refusal
from core.clock import today

# What a person is told whose password somebody else has ended.
LINK_MADE = gettext_noop(
    "%(by)s made a link to set your password anew, and your old password ended with it. If you did not ask "
    "for it, tell the administrator."
)

SOMEBODY_ELSE = gettext_noop(
    "You proposed the role of %(name)s, or to take their second factor away. Somebody else makes the link: "
    "a colleague, or a security administrator."
)

LINK_USED = gettext_noop(
    "Your password was set through the link that %(by)s made, from the network %(network)s. If that was not "
    "you, tell the administrator at once."
)

LINK_USED_OF_THE_MACHINE = gettext_noop(
    "Your password was set through the link made on the machine, from the network %(network)s. If that was "
    "not you, tell the administrator at once."
)


@transaction.atomic
def invite(*, by: User, **facts: Any) -> tuple[User, str]:
    """Add a person, whose `facts` are those of `add_person`, and make the link to set their password."""
    person = add_person(**facts, by=by)
    return person, make_link(person=person, by=by)


@transaction.atomic
def make_link(*, person: User, by: User | None) -> str:
    """The token of a new link. The old password, all sessions and earlier links end at once.

    The row remembers when, so the trail says who made each link; the token itself is kept nowhere. `by` is
    None where it is made on the machine itself.
    """
    person = User.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=person.pk)
    if by is not None and not may_manage(by, person):
        raise PermissionDenied
    if not person.is_active:
        raise Refusal(_("%(name)s's account is switched off; switch it on first.") % {"name": person})
    if by is not None and proposed_way_in_of(person, by):
        raise Refusal(_(SOMEBODY_ELSE) % {"name": person})
    if person.has_usable_password() or is_given_by_two(person.role):
        _tell(person, by)
    person.set_unusable_password()
    person.link_made_at, person.link_made_by, person.link_made_on = timezone.now(), by, today()
    person.save(update_fields=["password", "link_made_at", "link_made_by", "link_made_on"])
    end_all(person=person, why=SessionEnd.ACCOUNT)
    return default_token_generator.make_token(person)


def _tell(person: User, by: User | None) -> None:
    """Whoever makes a link could use it: its person, and the administrators who see accounts, are told."""
    about = {"name": person, "by": by or "root"}
    if person.has_usable_password():
        notify([person], text=LINK_MADE, about=about, url=reverse("people:my_account"))
    involved = [one.pk for one in (by, person) if one]
    told = (Role.SECURITY, Role.SYSTEM) if is_given_by_two(person.role) else (Role.SECURITY,)
    administrators = User.objects.active().filter(role__in=told).exclude(pk__in=involved)
    text = gettext_noop("%(by)s made a link to set the password of %(name)s anew.")
    notify(administrators, text=text, about=about, url=person.get_absolute_url())


@transaction.atomic
def make_links(*, people: Iterable[User], by: User) -> list[tuple[User, str]]:
    """Each person with the token of a new link, all or none; as in `make_link`, the trail names each.

    For people who have no password yet: nobody's stops working. Raises Refusal where one has by now.
    """
    made = []
    for person in people:
        if person.state != PersonState.INVITED:
            raise Refusal(_("%(name)s has set a password meanwhile; choose again.") % {"name": person})
        made.append((person, make_link(person=person, by=by)))
    return made


def link_ends(person: User) -> datetime.datetime | None:
    """Until when the person's last link is valid; None if there is none, or it was used."""
    return person.link_made_at and person.link_made_at + datetime.timedelta(
        seconds=settings.PASSWORD_RESET_TIMEOUT
    )


def link_key(person: User) -> str:
    """How a link names its person."""
    return urlsafe_base64_encode(force_bytes(person.pk))


def person_named(key: str) -> User | None:
    """Whom a link names, if the account is in use; whether the link serves is the token's to say."""
    try:
        pk = int(urlsafe_base64_decode(key))
    except ValueError:
        return None
    person: User | None = (
        User.objects.active().select_related("organisation", "link_made_by").filter(pk=pk).first()
    )
    return person


@transaction.atomic
def take_link(*, key: str, token: str, password: str, address: str | None = None) -> User:
    """Set the password of the link's person, once; a link that was used meanwhile is refused.

    Nobody uses it unseen, whoever made it: the trail has it with the address, and the person's own messages.
    """
    named = person_named(key)
    person = named and User.objects.select_for_update().get(pk=named.pk)
    if person is None or not default_token_generator.check_token(person, token):
        raise Refusal(_("This link has been used or is too old."))
    maker = person.link_made_by
    if maker and not (maker.is_active and may_manage(maker, person)):
        # Made when its person had another role, or by somebody who has another one since.
        raise Refusal(_("This link is not valid any more; ask for a new one."))
    about = {"by": str(maker or ""), "network": network_of(address)}
    set_password(person=person, password=password)
    note_sign_in(person, name=str(person), what=SignIn.LINK, address=address)
    text = LINK_USED if maker else LINK_USED_OF_THE_MACHINE
    notify([person], text=text, about=about, url=reverse("people:my_account"))
    end_all(person=person, why=SessionEnd.ACCOUNT)
    return person
