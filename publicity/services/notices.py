"""公示: publishing, extending, withdrawing and closing a notice; its result."""

import datetime
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.enums import Role
from accounts.models import SecrecyReview, User
from accounts.publishing import Values
from accounts.services import notify, secrecy
from assessments.eligibility import is_barred
from core.http import full_address
from core.locks import change_once
from core.numerals import zh_ordinal
from documents.contexts import listed_sites
from documents.models import Document
from documents.papers import DocumentKind
from documents.services import issue
from documents.services import withdraw as withdraw_paper
from publicity.enums import NoticeState, ObjectionState, OutletKind
from publicity.models import Notice, NoticeExtension, NoticePromise, NoticeSite
from publicity.models.notices import NoticeQuerySet
from sites.calendar import CountedDayJson, Deadline, days_after, today
from sites.enums import Action, Stage
from sites.models import Programme, Site
from sites.services import people
from sites.workflow import InvalidTransition, check, perform
from standards.citing import check_words
from standards.enums import DayUnit, Kind
from tables.tidy import tidy_prose

# A notice never runs shorter than this, whatever the rulebook says; and no step adds more than LONGEST days.
SHORTEST, LONGEST = 5, 60
# A clause for the notice and the decision alike; both cite the plan themselves.
GROUNDS = (
    "经实地检查、社会评议、市政务公开领导小组办公室初审和市政务公开领导小组审定，"
    "有关示范点达到建设标准，通过验收"
)

# The forms of a notice, beside this website, that are chosen where nobody chooses others.
USUAL_FORMS = (OutletKind.BOARD.value,)
# How they are called in a notice, which is Chinese.
_CALLED = {
    OutletKind.NEWSPAPER: "报纸",
    OutletKind.BROADCAST: "广播电视",
    OutletKind.BOARD: "公示栏",
    OutletKind.MEETING: "有关会议",
}
# How the kinds of sites are called there.
_KINDS = {Kind.GOVERNMENT_AFFAIRS: "政务公开", Kind.SERVICE: "办事公开"}


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Where objections are received, as a notice must print it."""

    office: str
    address: str
    postcode: str
    telephone: str
    hours: str


@transaction.atomic
def announce(
    *,
    programme: Programme,
    sites: Sequence[Site],
    title: str,
    grounds: str,
    contact: Contact,
    by: User,
    length: int | None = None,
    forms: Collection[str] = USUAL_FORMS,
) -> Notice:
    """Publish a notice over accepted sites: paper and page alike, both from one frozen snapshot.

    It runs for the rulebook's days, working or calendar ones as it says, unless a longer time is asked for
    (`length`); the day of publishing is not counted. It says that it is made known in these `forms` beside
    this website. Another person has reviewed just this for secrets (`prepare`).
    """
    _check_sites(sites)
    rulebook = programme.rulebook_used
    length, unit = length or rulebook.notice_days, rulebook.notice_unit
    _check_length(length, unit)
    title, grounds = tidy_prose(title), tidy_prose(grounds)
    check_words(grounds, field="grounds", on=today())
    values = as_typed(
        sites=sites, title=title, grounds=grounds, contact=contact, length=length, unit=unit, forms=forms
    )
    secrecy.check("notice", *sites, by=by, values=values)
    rows = listed_sites(sites)
    period, counted = _counted(today(), length, unit)
    notice = Notice.objects.create(
        programme=programme,
        title=title,
        grounds=grounds,
        published_on=today(),
        ends_on=period.end,
        length=length,
        unit=unit,
        counted=counted,
        published_by=by,
        **vars(contact),
    )
    for site, row in zip(sites, rows, strict=True):
        NoticeSite.objects.create(notice=notice, site=site, snapshot=row)
        perform(site=site, action=Action.ANNOUNCE, by=by, note=title)
    _check_title(programme, title)
    for kind in values["forms"]:
        NoticePromise.objects.create(notice=notice, kind=kind)
    notice.document = _issue_notice(notice, sites, rows, contact)
    notice.save(update_fields=["document"])
    return notice


def as_typed(
    *,
    sites: Sequence[Site],
    title: str,
    grounds: str,
    contact: Contact,
    length: int,
    unit: str,
    forms: Collection[str] = USUAL_FORMS,
) -> dict[str, Any]:
    """What a notice is going to say, as JSON: it is reviewed for secrets before it is announced.

    Of the `forms` those that a notice can promise, in one order.
    """
    return {
        "sites": [site.pk for site in sites],
        "title": tidy_prose(title),
        "grounds": tidy_prose(grounds),
        "length": length,
        "unit": str(unit),
        "forms": [kind for kind in OutletKind.PROMISED if kind in forms],
        **vars(contact),
    }


def made_known(forms: Iterable[str]) -> str:
    """The sentence of a notice that says where it is made known at the same time; in Chinese."""
    *before, last = ["本网站", *(_CALLED[OutletKind(kind)] for kind in forms)]
    return f"本公示在{'、'.join(before)}和{last}同时公布。" if before else f"本公示在{last}公布。"


@transaction.atomic
def prepare(
    *,
    programme: Programme,
    sites: Sequence[Site],
    title: str,
    grounds: str,
    contact: Contact,
    length: int,
    by: User,
    forms: Collection[str] = USUAL_FORMS,
) -> SecrecyReview:
    """Put the notice, as it would be announced, before another person, who reviews it for secrets.

    What `announce` would refuse it for is refused now.
    """
    _check_sites(sites)
    _check_title(programme, title)
    for site in sites:
        check(site=site, action=Action.ANNOUNCE, by=by)
    unit = programme.rulebook_used.notice_unit
    _check_length(length, unit)
    check_words(grounds, field="grounds", on=today())
    values = as_typed(
        sites=sites, title=title, grounds=grounds, contact=contact, length=length, unit=unit, forms=forms
    )
    return secrecy.ask(kind="notice", records=sites, values=values, title=title, by=by)


def announce_prepared(sites: Sequence[Site], values: Values, by: User) -> Notice:
    """Publish what was prepared, in the order in which it listed the sites."""
    order = list(values["sites"])
    return announce(
        programme=sites[0].programme,
        sites=sorted(sites, key=lambda site: order.index(site.pk)),
        title=values["title"],
        grounds=values["grounds"],
        contact=Contact(**{each.name: values[each.name] for each in fields(Contact)}),
        length=values["length"],
        forms=values["forms"],
        by=by,
    )


def _check_length(length: int, unit: str) -> None:
    if length < SHORTEST:
        told = _("A notice runs at least %(n)d %(days)s.")
        raise ValidationError({"length": told % {"n": SHORTEST, "days": DayUnit(unit).label}})


def _check_sites(sites: Sequence[Site]) -> None:
    if not sites:
        raise ValidationError({"sites": _("Choose at least one accepted site.")})
    if open_letters := [site for site in sites if site.objections.open().exists()]:
        told = _("Conclude the objections first: %(sites)s.")
        named = _(", ").join(str(site) for site in open_letters)
        raise ValidationError({"sites": told % {"sites": named}})


def usual_title(programme: Programme, kinds: Collection[str]) -> str:
    """A notice's title that tells it from the others: which batch it is, which kinds of sites are on it."""
    batch = Notice.objects.filter(programme=programme).count() + 1
    called = "和".join(f"{words}示范点" for kind, words in _KINDS.items() if kind in kinds)
    return f"关于拟命名第{zh_ordinal(batch)}批乌海市{called}的公示"


def _check_title(programme: Programme, title: str) -> None:
    """In lists and in feeds a notice is its title."""
    same = Notice.objects.published().filter(programme=programme, title=tidy_prose(title)).first()
    if same and same.document:
        told = _("%(number)s has this title already; say which batch or kind of sites this one is about.")
        raise ValidationError({"title": told % {"number": same.document.full_number}})


def _issue_notice(
    notice: Notice, sites: Sequence[Site], rows: list[dict[str, Any]], contact: Contact
) -> Document:
    return issue(
        kind=DocumentKind.PUBLIC_NOTICE,
        programme=notice.programme,
        title=notice.title,
        sites=sites,
        is_public=True,
        by=notice.published_by,
        context={
            "grounds": notice.grounds,
            "sites": rows,
            "starts_on": notice.published_on,
            "ends_on": notice.ends_on,
            **_length_in_words(notice.length, notice.unit),
            "counted": notice.counted,
            "made_known": made_known(promise.kind for promise in notice.promises.all()),
            "web": full_address("publicity:notice", notice.pk),
            **vars(contact),
        },
    )


def may_change(notice: Notice, user: User) -> bool:
    """Extend or withdraw it, as a whole: whoever is barred from a site on it leaves that to others."""
    return open_to(user).filter(pk=notice.pk).exists()


def open_to(user: User) -> NoticeQuerySet:
    """The notices somebody may change: the office moves it, another person of the city decides."""
    barred = NoticeSite.objects.filter(is_barred(user)).values("notice")
    return Notice.objects.visible_to(user).exclude(pk__in=barred)


@transaction.atomic
def extend(
    *, notice: Notice, counted_from: datetime.date, length: int, reason: str, by: User
) -> NoticeExtension:
    """Give a running notice more days of its own unit, counted from its last one.

    Never fewer, and never once it is over.

    `counted_from` is the last day that was seen: where the notice has another one by now nothing is added.

    What it lists and says stays as it was published. `reason` is a clause without its end mark, in Chinese:
    it stands in the paper.
    """
    if not may_change(notice, by):
        raise PermissionDenied
    if not 1 <= length <= LONGEST:
        told = _("From %(low)d to %(high)d %(days)s.")
        raise ValidationError(
            {"length": told % {"low": 1, "high": LONGEST, "days": notice.get_unit_display()}}
        )
    reason = tidy_prose(reason).removeprefix("因").rstrip("。. ")
    if not reason:
        raise ValidationError({"reason": _("Give a reason: the public page shows it.")})
    # Locked, so that it is neither closed nor named upon, nor extended by another meanwhile.
    notice = Notice.objects.select_for_update(of=("self",)).get(pk=notice.pk)
    if not notice.is_running(today()):
        raise InvalidTransition(_("This notice does not run any more, so it cannot be extended."))
    if notice.ends_on != counted_from:
        moved = _("The notice has been extended meanwhile, to the end of %(end)s; look at it again.")
        raise InvalidTransition(moved % {"end": date_format(notice.ends_on)})
    period, counted = _counted(counted_from, length, notice.unit)
    extension = NoticeExtension(
        notice=notice,
        old_end=counted_from,
        new_end=period.end,
        length=length,
        counted=counted,
        reason=reason,
        extended_on=today(),
        by=by,
    )
    extension.document = _issue_extension(extension)
    extension.save()
    notice.ends_on = period.end
    notice.save(update_fields=["ends_on"])
    notify(
        people(Role.LEADING_GROUP),
        text=gettext_noop("The notice “%(title)s” has been extended to %(end)s."),
        about={"title": notice.title, "end": period.end},
        url=reverse("publicity_desk:notice", args=[notice.pk]),
    )
    return extension


def _issue_extension(extension: NoticeExtension) -> Document:
    notice = extension.notice
    number = notice.document.full_number if notice.document else ""
    return issue(
        kind=DocumentKind.NOTICE_EXTENSION,
        programme=notice.programme,
        title=f"关于延长{number}公示期的公告",
        sites=Site.objects.filter(notice_entries__notice=notice, notice_entries__removed_on=None),
        is_public=True,
        by=extension.by,
        context={
            "notice_title": notice.title,
            "notice_number": number,
            "old_end": extension.old_end,
            "ends_on": extension.new_end,
            **_length_in_words(extension.length, notice.unit),
            "counted": extension.counted,
            "reason": extension.reason,
            "office": notice.office,
            "telephone": notice.telephone,
            "web": full_address("publicity:notice", notice.pk),
        },
    )


@transaction.atomic
def withdraw(*, notice: Notice, reason: str, by: User) -> None:
    """Take a running notice back; its page stays and says why. Never once a site was named upon it."""
    if not may_change(notice, by):
        raise PermissionDenied
    reason = tidy_prose(reason)
    if not reason:
        raise ValidationError({"reason": _("Give a reason: the public page shows it.")})
    running = Notice.objects.running(on=today()).filter(pk=notice.pk, namings=None)
    if not change_once(running, state=NoticeState.WITHDRAWN, withdrawal_reason=reason):
        raise InvalidTransition(_("This notice does not run any more, so it cannot be withdrawn."))
    extended = Q(pk__in=notice.extensions.values("document"))
    for paper in Document.objects.filter(Q(notice=notice) | extended):
        withdraw_paper(document=paper, reason=reason)
    for entry in notice.entries.filter(site__stage=Stage.ON_NOTICE).select_related("site__programme"):
        perform(site=entry.site, action=Action.WITHDRAW_NOTICE, by=by, note=reason)


def close_ended(on: datetime.date) -> int:
    """Close the notices whose last day is over and tell the leading group; returns how many.

    Publishes the results that wait for nothing any more, too.
    """
    closed = 0
    for notice in Notice.objects.due(on=on):
        with transaction.atomic():
            # Asked again: it may have been extended or withdrawn since.
            due = Notice.objects.due(on=on).filter(pk=notice.pk)
            if not change_once(due, state=NoticeState.ENDED, closed_on=on):
                continue
            closed += 1
            notify(
                people(Role.LEADING_GROUP),
                text=gettext_noop("The notice “%(title)s” has ended; its sites can be named."),
                about={"title": notice.title},
                url=reverse("publicity_desk:notice", args=[notice.pk]),
            )
    for notice in Notice.objects.without_result():
        publish_result(notice)
    return closed


@transaction.atomic
def publish_result(notice: Notice) -> None:
    """公示结果: what a notice led to, frozen once its time is over and none of its objections is open.

    Until then, and the second time, this does nothing.
    """
    # Locked before anything is asked: of two letters concluded at once the second one waits, and counts both.
    ended = Notice.objects.filter(pk=notice.pk, state=NoticeState.ENDED, result__isnull=True)
    ended.select_for_update(of=("self",)).first()
    waiting = Notice.objects.without_result().filter(pk=notice.pk).first()
    if waiting:
        waiting.result = _result(waiting)
        waiting.save(update_fields=["result"])


def _result(notice: Notice) -> dict[str, object]:
    """Numbers and sites alone, as JSON: never who objected, nor to which site where nothing came of it."""
    numbers = notice.objections.order_by("state").values_list("state").annotate(Count("pk"))
    letters = dict.fromkeys(ObjectionState.ANSWERED, 0) | dict(numbers)
    entries = list(notice.entries.all())
    return {
        "on": today().isoformat(),
        "received": sum(letters.values()),
        "letters": letters,
        "stand": [_named(entry) for entry in entries if not entry.removed_on],
        "removed": [
            {**_named(entry), "on": entry.removed_on.isoformat(), "why": entry.removal_reason}
            for entry in entries
            if entry.removed_on
        ],
    }


def _named(entry: NoticeSite) -> dict[str, str]:
    return {name: entry.snapshot[name] for name in ("name", "organisation")}


def _counted(start: datetime.date, length: int, unit: str) -> tuple[Deadline, list[CountedDayJson]]:
    """A period with its days in the words of the paper."""
    with translation.override("zh-hans"):
        period = days_after(start, length, unit)
        return period, [day.as_json() for day in period.days]


def _length_in_words(length: int, unit: str) -> dict[str, Any]:
    """For a paper, which is Chinese: 5个工作日."""
    with translation.override("zh-hans"):
        return {"length": length, "unit": str(DayUnit(unit).label)}
