"""Meetings that make good practice known: planned, answered, held or called off (plan, part five, four).

The office plans them. Each invited body answers for itself until the day; who came is entered on the day
or after it.
"""

from collections.abc import Collection, Iterable, Mapping

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.enums import OrganisationKind, Role
from accounts.models import Organisation, User
from accounts.rules import require_office
from accounts.services import notify
from assessments.services.evidence import check_number
from assessments.services.storing import files_with_rows, store_kept
from core.locks import change_once
from core.stored import opened
from core.uploads import EVENT, NewFiles, take_in
from publicity.enums import EventKind, EventState, InvitationAnswer
from publicity.models import Article, Commendation, Event, EventFile, Invitation
from publicity.rules import answers_invitations
from sites.calendar import today
from sites.models import Programme, Site
from sites.workflow import InvalidTransition
from tables.tidy import tidy_prose

from . import articles

Words = Mapping[str, object]
# The bodies that answer by an account of their own.
INVITED = (*OrganisationKind.UNITS, OrganisationKind.DISTRICT_OFFICE)


def can_be_invited() -> QuerySet[Organisation]:
    return Organisation.objects.filter(is_active=True, kind__in=INVITED).order_by("code")


@transaction.atomic
def plan(
    *,
    programme: Programme,
    words: Words,
    sites: Collection[Site],
    invited: Collection[Organisation],
    by: User,
) -> Event:
    """Plan a meeting and invite to it. `words`: kind, title, held_on, begins_at, place, agenda, commendation.

    Raises PermissionDenied, and ValidationError by field: these, `sites`, `invited`.
    """
    require_office(by)
    event = Event(programme=programme, planned_by=by, planned_on=today())
    _write(event, words, sites, by)
    _invite(event, invited)
    return event


@transaction.atomic
def revise(
    *, event: Event, words: Words, sites: Collection[Site], invited: Collection[Organisation], by: User
) -> None:
    """Change what is planned. Whoever was invited is told where day, hour or place change, and answers
    anew; who is invited no more must not have answered yet.
    """
    require_office(by)
    current = locked(event)
    _check_planned(current)
    before = (current.held_on, current.begins_at, current.place)
    _write(current, words, sites, by)
    kept = {organisation.pk for organisation in invited}
    _uninvite(current.invitations.exclude(organisation__in=kept))
    if (current.held_on, current.begins_at, current.place) != before:
        _ask_again(current)
    _invite(current, invited)


def sites_to_choose(programme: Programme, by: User) -> QuerySet[Site]:
    """Those the public may know of, without those this person stood aside from."""
    return Site.objects.visible_to(by).listed().filter(programme=programme)


def commendations_to_choose(programme: Programme, by: User) -> QuerySet[Commendation]:
    """What a commendation meeting can be about, decided or not."""
    return Commendation.objects.visible_to(by).filter(programme=programme)


def _check_commendation(event: Event, words: Words, by: User) -> None:
    """Of the meeting's programme, and open to this person, unless it stays."""
    if event.commendation is None:
        return
    if event.kind != EventKind.COMMENDATION:
        told = _("Only a commendation meeting is about a commendation: choose that kind, or no commendation.")
        raise ValidationError({"kind": told})
    open_to = commendations_to_choose(event.programme, by)
    if "commendation" in words and not open_to.filter(pk=event.commendation.pk).exists():
        raise ValidationError({"commendation": _("Choose among the commendations of this programme.")})


def _write(event: Event, words: Words, sites: Collection[Site], by: User) -> None:
    for name, value in words.items():
        setattr(event, name, tidy_prose(value) if isinstance(value, str) else value)
    if event.held_on and event.held_on < today():
        told = _(
            "This day is past. A meeting is planned before it is held; write an article of one that was."
        )
        raise ValidationError({"held_on": told})
    _check_commendation(event, words, by)
    open_to = sites_to_choose(event.programme, by)
    if open_to.filter(pk__in=[site.pk for site in sites]).count() != len(sites):
        raise ValidationError({"sites": _("Choose among the sites the public may know of.")})
    event.full_clean(exclude=["planned_by"])
    event.save()
    # Sites that are shut to whoever changes it stay.
    event.sites.set([*sites, *event.sites.exclude(pk__in=open_to)])


def _invite(event: Event, invited: Iterable[Organisation]) -> None:
    asked = set(event.invitations.values_list("organisation", flat=True))
    new = [organisation for organisation in invited if organisation.pk not in asked]
    if not asked and not new:
        raise ValidationError({"invited": _("Invite at least one body.")})
    if len(new) != can_be_invited().filter(pk__in=[organisation.pk for organisation in new]).count():
        raise ValidationError({"invited": _("Choose among the bodies that can be invited.")})
    for organisation in new:
        Invitation.objects.create(event=event, organisation=organisation)
    _tell(event, new, gettext_noop("You are invited: %(title)s, %(day)s, %(place)s. Say whether you come."))


def _uninvite(invitations: QuerySet[Invitation]) -> None:
    if answered := invitations.exclude(answer=InvitationAnswer.OPEN).select_related("organisation"):
        told = _("They have answered, so their invitation stays: %(names)s.")
        names = _(", ").join(str(invitation.organisation) for invitation in answered)
        raise ValidationError({"invited": told % {"names": names}})
    for invitation in invitations:
        invitation.delete()


def _ask_again(event: Event) -> None:
    asked = list(event.invitations.select_related("organisation"))
    for invitation in asked:
        invitation.answer, invitation.answered_by, invitation.answered_on = InvitationAnswer.OPEN, None, None
        invitation.save(update_fields=["answer", "answered_by", "answered_on"])
    told = gettext_noop("Day, hour or place of %(title)s have changed: %(day)s, %(place)s. Answer anew.")
    _tell(event, [invitation.organisation for invitation in asked], told)


@transaction.atomic
def answer(
    *, invitation: Invitation, answer: InvitationAnswer, people: str = "", note: str = "", by: User
) -> None:
    """An invited body says whether it comes, until the day itself; it may change its answer until then.

    Raises PermissionDenied, InvalidTransition, ValidationError (`people`: who comes; `note`: why not).
    """
    if not answers_invitations(by) or by.organisation_id != invitation.organisation_id:
        raise PermissionDenied
    event = locked(invitation.event)
    _check_planned(event)
    if event.held_on < today():
        raise InvalidTransition(_("The day of this meeting is past; nothing is answered any more."))
    is_coming = answer == InvitationAnswer.COMING
    if is_coming and not people.strip():
        raise ValidationError({"people": _("Say who comes.")})
    if not is_coming and not note.strip():
        raise ValidationError({"note": _("Say why nobody comes.")})
    change_once(
        event.invitations.filter(pk=invitation.pk),
        answer=answer,
        people=tidy_prose(people) if is_coming else "",
        note=tidy_prose(note),
        answered_by=by,
        answered_on=today(),
    )


@transaction.atomic
def hold(*, event: Event, came: Mapping[int, int], by: User) -> None:
    """It was held: `came` is how many signed in, by the keys of the invitations. Corrected the same way.

    Raises PermissionDenied, InvalidTransition (before the day, called off), ValidationError (nobody came).
    """
    require_office(by)
    current = locked(event)
    if current.state == EventState.CANCELLED:
        raise InvalidTransition(_("This meeting was called off."))
    if current.held_on > today():
        raise InvalidTransition(_("This meeting is still to come."))
    if not any(came.values()):
        raise ValidationError(_("Nobody signed in: enter who came, or call the meeting off."))
    for invitation in current.invitations.all():
        change_once(current.invitations.filter(pk=invitation.pk), came=came.get(invitation.pk, 0))
    if current.is_planned:
        change_once(Event.objects.filter(pk=current.pk), state=EventState.HELD)


@transaction.atomic
def cancel(*, event: Event, reason: str, by: User) -> None:
    """Call it off; everybody who was invited is told why."""
    require_office(by)
    current = locked(event)
    _check_planned(current)
    if not 0 < len(reason := tidy_prose(reason)) <= 300:
        raise ValidationError({"reason": _("Give a reason, in at most 300 characters.")})
    change_once(Event.objects.filter(pk=current.pk), state=EventState.CANCELLED, cancelled_why=reason)
    invited = Organisation.objects.filter(pk__in=current.invitations.values("organisation"))
    _tell(current, invited, gettext_noop("%(title)s on %(day)s is called off: %(reason)s"), reason=reason)


@files_with_rows()
def add_files(*, event: Event, files: NewFiles, by: User) -> None:
    """Material before it and pictures after it, for everybody who is invited.

    One that was taken off before stands again. Raises ValidationError (`files`).
    """
    require_office(by)
    current = locked(event)
    if current.state == EventState.CANCELLED:
        raise InvalidTransition(_("This meeting was called off."))
    taken = take_in(files, EVENT)
    on_record = {file.sha256: file for file in current.files.all()}
    check_number([*current.files.standing(), *(one for one in taken if one.sha256 not in on_record)])
    for each in taken:
        if each.sha256 in on_record:
            change_once(current.files.filter(sha256=each.sha256), removed_on=None)
        else:
            store_kept(EventFile(event=current), each)


@transaction.atomic
def take_off(*, file: EventFile, by: User) -> None:
    """The file leaves the meeting's page; it stays on record."""
    require_office(by)
    if not change_once(EventFile.objects.standing().filter(pk=file.pk), removed_on=today()):
        raise InvalidTransition(_("This file was taken off before."))


@files_with_rows()
def write_of(*, event: Event, by: User) -> Article:
    """The draft of the article of a meeting that was held: its facts, who came, its pictures."""
    require_office(by)
    current = locked(event)
    if current.state != EventState.HELD:
        raise InvalidTransition(_("First enter that the meeting was held, and who came."))
    if current.article:
        raise InvalidTransition(_("The article of this meeting was begun before."))
    words = {name: getattr(current, name) for name in ("kind", "title", "held_on", "place")}
    article = articles.draft(
        programme=current.programme,
        words=words | {"text": _first_words(current)},
        sites=list(current.sites.all()),
        items=(),
        by=by,
        files=list(_pictures(current)),
    )
    current.article = article
    current.save(update_fields=["article"])
    return article


def locked(event: Event) -> Event:
    """The meeting as it is now, held until the transaction ends."""
    return Event.objects.select_for_update(of=("self",)).get(pk=event.pk)


def _check_planned(event: Event) -> None:
    if not event.is_planned:
        told = _("This meeting is “%(state)s” by now; look at it again.")
        raise InvalidTransition(told % {"state": event.get_state_display()})


def _first_words(event: Event) -> str:
    """What an article begins with; Chinese like all that is published."""
    came = [invitation.came for invitation in event.invitations.all() if invitation.came]
    day = f"{event.held_on.year}年{event.held_on.month}月{event.held_on.day}日"
    led = f"{day}，“{event.title}”在{event.place}举行，{len(came)}个单位{sum(came)}人参加。"
    return "\n".join([led, *_commended(event), event.agenda])


def _commended(event: Event) -> Iterable[str]:
    """What was read out of a commendation, once it is decided: before that it is nobody's business."""
    commendation = event.commendation
    if commendation and commendation.decision:
        number = commendation.decision.full_number
        bodies, persons = commendation.lines.collectives().count(), commendation.lines.people().count()
        told = [f"先进集体{bodies}个"] * bool(bodies) + [f"先进个人{persons}名"] * bool(persons)
        yield f"会上宣读了《{commendation.decision.title}》（{number}），对{'、'.join(told)}予以表彰。"


def _pictures(event: Event) -> Iterable[SimpleUploadedFile]:
    for file in event.files.standing():
        if file.is_picture:
            with opened(file.file, file.sha256) as content:
                yield SimpleUploadedFile(file.name, content.read(), file.content_type)


def _tell(event: Event, organisations: Iterable[Organisation], text: str, **about: object) -> None:
    """The accounts of these bodies that could answer."""
    homes = [organisation.pk for organisation in organisations]
    told = User.objects.active().filter(role__in=(Role.DISTRICT, Role.LIAISON), organisation__in=homes)
    facts = {"title": event.title, "day": event.held_on, "place": event.place}
    notify(told, text=text, about=facts | about, url=event.get_absolute_url())
