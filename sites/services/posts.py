"""The posts of liaisons: named, corrected, handed over (plan, part six, one)."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import Notification, User
from accounts.services import notify
from sites import owners, rules
from sites.calendar import today
from sites.models import HandOver, Liaison, Measure, Site
from sites.models.plans import Owner
from sites.services.people import staff_of
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
