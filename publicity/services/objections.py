"""异议: receiving, looking into and answering a citizen's objection."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.enums import Role
from accounts.models import User
from accounts.services import notify
from assessments.services.rectification import add_general_finding
from audit.services import change_once
from publicity.enums import NoticeState, ObjectionState
from publicity.models import Notice, Objection
from sites.calendar import today
from sites.enums import Action, Stage
from sites.models import Site
from sites.services import people
from sites.workflow import InvalidTransition, perform


@transaction.atomic
def receive(*, notice: Notice, site: Site, name: str, phone: str, text: str) -> Objection:
    """Take in an objection against one site of a running notice; the receipt code follows it."""
    if not notice.is_running(today()):
        raise InvalidTransition(
            _("This notice does not run any more; please write to the office as a complaint.")
        )
    if not notice.entries.filter(site=site, removed_on=None).exists():
        raise ValidationError({"site": _("This site is not on the notice.")})
    objection = Objection.objects.create(
        notice=notice, site=site, objector_name=name, objector_phone=phone, text=text, received_on=today()
    )
    notify(
        people(Role.OFFICE),
        text=gettext_noop("An objection against %(site)s has been received."),
        about={"site": site},
        url=objection.get_absolute_url(),
    )
    return objection


@transaction.atomic
def accept(*, objection: Objection, by: User) -> None:
    """Take the objection up; somebody who is not of the unit looks into it."""
    _check_handler(objection, by)
    _move(objection, (ObjectionState.RECEIVED,), ObjectionState.ACCEPTED, by)


@transaction.atomic
def decline(*, objection: Objection, reply: str, by: User) -> None:
    """Not taken up, with the reason in the written reply."""
    _check_handler(objection, by)
    _move(objection, (ObjectionState.RECEIVED,), ObjectionState.DECLINED, by, reply)


@transaction.atomic
def conclude(
    *, objection: Objection, result: ObjectionState, reply: str, opinion: str = "", by: User
) -> None:
    """The result and the written reply. Upheld, even partly, it takes the site off; the others go on.

    The objector reads `reply`; the unit reads `opinion` alone, what it has to
    mend, so that a reply which names somebody never reaches the unit.
    """
    _check_handler(objection, by)
    if result not in (*ObjectionState.AGAINST, ObjectionState.NOT_UPHELD):
        raise ValidationError({"result": _("Choose a result.")})
    if result in ObjectionState.AGAINST and not opinion.strip():
        raise ValidationError({"opinion": _("Say what the unit has to mend.")})
    _move(objection, (ObjectionState.ACCEPTED,), result, by, reply)
    site = objection.site
    if result in ObjectionState.AGAINST and site.stage == Stage.ON_NOTICE:
        perform(site=site, action=Action.UPHOLD_OBJECTION, by=by, note=opinion)
        for entry in site.notice_entries.filter(removed_on=None, notice__state=NoticeState.PUBLISHED):
            entry.removed_on, entry.removal_reason = today(), "异议成立"
            entry.save(update_fields=["removed_on", "removal_reason"])
        add_general_finding(site=site, reason=opinion, by=by)


def _check_handler(objection: Objection, by: User) -> None:
    if by.role != Role.OFFICE or by.organisation_id == objection.site.organisation_id:
        raise PermissionDenied


def _move(
    objection: Objection, sources: tuple[str, ...], target: ObjectionState, by: User, reply: str | None = None
) -> None:
    """`reply` is None for the one step that needs none."""
    if reply is not None and not reply.strip():
        raise ValidationError({"reply": _("Write the reply the objector will read.")})
    values: dict[str, object] = {"state": target, "handled_by": by}
    if reply is not None:
        values |= {"reply": reply.strip(), "replied_on": today()}
    if not change_once(Objection.objects.filter(pk=objection.pk, state__in=sources), **values):
        raise InvalidTransition(_("This objection has been handled by somebody else; look at it again."))
    objection.refresh_from_db()
