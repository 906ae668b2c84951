"""The posts of liaisons: named, corrected, handed over (plan, part six, one)."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.enums import Role
from accounts.models import Notification, Organisation, User
from accounts.services import invite, notify
from core.locks import change_once
from sites import owners, rules
from sites.calendar import today
from sites.enums import Level
from sites.models import HandOver, Liaison, Measure, Site
from sites.models.plans import Owner
from sites.services.people import filer_of, staff_of
from sites.workflow import InvalidTransition


def is_post_open(owner: Owner) -> bool:
    """Not while a site stands on a list that is being edited: there its row names the liaison."""
    return not (isinstance(owner, Site) and owner.is_row_editable)


@transaction.atomic
def add_liaison(*, owner: Owner, name: str, phone: str, by: User, user: User | None = None) -> Liaison:
    """Name one more liaison of a site or a district; `user` is their account, where they have one."""
    _check_post(owner, by)
    _check_account(owner, user)
    liaison = Liaison(**owners.columns(owner), name=name, phone=phone, user=user, since=today())
    liaison.full_clean()
    liaison.save()
    if user:
        _tell(user, owner)
    return liaison


@transaction.atomic
def correct_liaison(*, liaison: Liaison, phone: str, by: User, user: User | None = None) -> None:
    """Write down another telephone or account of who holds the post; another person takes a hand-over."""
    _check_post(liaison.owner, by)
    _check_account(liaison.owner, user)
    liaison.phone, liaison.user = phone, user
    liaison.full_clean()
    liaison.save(update_fields=["phone", "user"])


@transaction.atomic
def open_account(*, liaison: Liaison, by: User, **facts: str) -> tuple[User, str]:
    """Open an account for who holds the post, and link the two; gives the person and their link's token.

    `facts` are those of `accounts.services.add_person`, without role and organisation: the post gives them.
    """
    owner = liaison.owner
    _check_post(owner, by)
    held = Liaison.objects.select_for_update(of=("self",)).get(pk=liaison.pk)
    if held.user_id:
        raise InvalidTransition(_("%(name)s has an account already.") % {"name": held})
    role, organisation = home_of(owner)
    person, token = invite(role=role, organisation=organisation, by=by, **facts)
    change_once(Liaison.objects.filter(pk=held.pk, user=None), user=person)
    return person, token


def home_of(owner: Owner) -> tuple[Role, Organisation]:
    """What an account of its people is: a liaison of the site's unit, or one of the district's office."""
    if isinstance(owner, Site):
        return Role.LIAISON, owner.organisation
    return Role.DISTRICT, filer_of(owner)


def link_account(person: User) -> None:
    """Give a person's account to the posts that are registered by their name and have none."""
    bodies = {
        Role.LIAISON.value: Q(site__organisation=person.organisation_id),
        Role.DISTRICT.value: Q(filing__level=Level.DISTRICT, filing__organisation=person.district_id),
    }
    if of_body := bodies.get(person.role):
        for liaison in Liaison.objects.filter(of_body, user=None, name=person.name):
            change_once(Liaison.objects.filter(pk=liaison.pk, user=None), user=person)


@transaction.atomic
def hand_over(
    *,
    liaison: Liaison,
    from_name: str,
    name: str,
    phone: str,
    reason: str,
    by: User,
    user: User | None = None,
) -> HandOver:
    """Give a post to another person, and with it what waits for who held it.

    `from_name` is the holder the caller saw: whoever comes second is told that the post has gone on.
    Handed to another liaison of the same site or district, the two posts become one.
    """
    owner = liaison.owner
    _check_post(owner, by)
    _check_account(owner, user)
    holder = Liaison.objects.select_for_update(of=("self",)).filter(pk=liaison.pk, name=from_name).first()
    if holder is None:
        raise InvalidTransition(_("%(name)s has handed this post over already.") % {"name": from_name})
    if name == from_name:
        raise ValidationError({"name": _("%(name)s holds this post already.") % {"name": name}})
    return _pass_on(holder, name=name, phone=phone, user=user, reason=reason, by=by)


@transaction.atomic
def hand_over_all(*, leaver: User, successor: User, reason: str, by: User) -> None:
    """Give every post of an account that is switched off to another one; who may do that is asked there."""
    for liaison in Liaison.objects.select_for_update(of=("self",)).filter(user=leaver):
        _pass_on(
            liaison,
            name=successor.name,
            phone=successor.phone or liaison.phone,
            user=successor,
            reason=reason,
            by=by,
        )


def _pass_on(
    liaison: Liaison, *, name: str, phone: str, user: User | None, reason: str, by: User
) -> HandOver:
    owner, before = liaison.owner, liaison.user
    done = HandOver(
        **owners.columns(owner),
        from_name=liaison.name,
        from_phone=liaison.phone,
        to_name=name,
        to_phone=phone,
        reason=reason.strip(),
        by=by,
        on=today(),
    )
    done.full_clean()
    done.save()
    if colleague := owner.liaisons.exclude(pk=liaison.pk).filter(name=name).first():
        liaison.delete()
        liaison = colleague
    else:
        liaison.name, liaison.since = name, today()
    liaison.phone, liaison.user = phone, user
    liaison.full_clean()
    liaison.save()
    if user and user != before:
        if before:
            _move_notifications(owner, before, user)
        _tell(user, owner)
    return done


def _move_notifications(owner: Owner, before: User, after: User) -> None:
    """What the one was told about this site or district and has not read waits for the other."""
    about = Q(url__startswith=owner.get_absolute_url()) | Q(about__site=owners.called(owner))
    Notification.objects.unread().filter(about, user=before).update(user=after)


def _tell(user: User, owner: Owner) -> None:
    timetable = Measure.objects.agreed().filter(plan__in=owner.plans.all())
    notify(
        [user],
        text=gettext_noop("You are the liaison of %(site)s now; measures still to be carried out: %(n)s."),
        about={"site": owners.body(owner), "n": timetable.filter(done_on=None).count()},
        url=owner.get_absolute_url(),
        **owners.columns(owner),
    )


def _check_post(owner: Owner, by: User) -> None:
    if not rules.keeps_posts(by, owner):
        raise PermissionDenied
    if not is_post_open(owner):
        raise InvalidTransition(_("While the list is edited, the liaison is named in the site's row."))


def _check_account(owner: Owner, user: User | None) -> None:
    if user and not staff_of(owner).filter(pk=user.pk).exists():
        raise ValidationError({"user": _("Choose an account of this unit that is switched on.")})
