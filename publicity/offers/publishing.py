"""What this room puts out, as the second person reads it before (保密审查)."""

from collections.abc import Callable, Iterator, Sequence
from operator import attrgetter

from django.db.models import QuerySet, prefetch_related_objects
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from accounts.models import User
from accounts.publishing import PUBLISHABLES, Part, Publishable, Values, paragraphs
from accounts.rules import is_leading_group, is_office, sees_city
from publicity.models import (
    Article,
    Commendation,
    Naming,
    Notice,
    NoticeOutlet,
    Question,
    RecheckFinding,
    Reuse,
)
from publicity.services import articles, notices, outlets, reuse, warned
from publicity.services.tracking import page_of
from sites.enums import Action
from sites.models import Site
from sites.offers.publishing import of_site
from standards.enums import DayUnit


def _of_article(article: Article, _values: Values) -> Iterator[Part]:
    """All that its page, the lists and the search would show; sorted here, as its page has loaded it all."""
    with translation.override("zh-hans"):
        kind = article.get_kind_display()
    yield Part(key="kind", label=_("Kind"), text=kind)
    yield Part(key="title", label=_("Title"), text=article.title)
    if article.held_on:
        yield Part(key="held_on", label=_("Held on"), text=article.held_on.isoformat())
    if article.place:
        yield Part(key="place", label=_("Place"), text=article.place)
    yield Part(key="from", label=_("From"), text=str(article.organisation))
    yield from paragraphs("text", _("Text"), article.text)
    sites = sorted(article.sites.all(), key=attrgetter("pk"))
    prefetch_related_objects(sites, "organisation")
    for site in sites:
        yield Part(key="site", label=_("Site"), text=f"{site.window_name}（{site.organisation}）")
    for item in sorted(article.items.all(), key=attrgetter("pk")):
        yield Part(key="item", label=_("Item"), text=f"{item.code} {item.text}")
    for ground in sorted(article.grounds.all(), key=attrgetter("pk")):
        yield Part(key="ground", label=_("Ground it cites"), text=str(ground))
    for file in article.files.all():
        if file.removed_on:
            continue
        yield Part(
            key="file",
            label=_("Picture") if file.is_picture else _("Attachment"),
            text=f"{file.name} {file.caption}".strip(),
            sha256=file.sha256,
            url=reverse(f"publicity:article_{'picture' if file.is_picture else 'file'}", args=[file.pk]),
            is_picture=file.is_picture,
        )


def _of_change(notice: Notice, values: Values) -> Iterator[Part]:
    """What the notice's public page and the paper would say of its extension or withdrawal."""
    if "length" in values:
        with translation.override("zh-hans"):
            added = f"{values['counted_from']} +{values['length']}个{DayUnit(notice.unit).label}"
        yield Part(key="length", label=_("Length"), text=added)
    yield Part(key="reason", label=_("Reason"), text=values["reason"])


def _tell_why(found: Sequence[Article], _values: Values, by: User) -> str:
    articles.tell_why_withdrawn(article=found[0], by=by)
    return reverse("publicity_desk:article", args=[found[0].pk])


def _writers(article: Article) -> list[int]:
    return [article.author_id, *article.writers.values_list("pk", flat=True)]


def _articles(user: User) -> QuerySet[Article]:
    return Article.objects.visible_to(user)


# What a notice says beside its sites, in its order.
_WORDS = (
    ("office", gettext_lazy("Objections are received by")),
    ("address", gettext_lazy("Address")),
    ("postcode", gettext_lazy("Postcode")),
    ("telephone", gettext_lazy("Telephone")),
    ("hours", gettext_lazy("Hours")),
)


def _of_notice(site: Site, values: Values) -> Iterator[Part]:
    """The site as the notice lists it; with the first one all that the notice says."""
    if site.pk == values["sites"][0]:
        yield Part(key="title", label=_("Title"), text=values["title"])
        yield from paragraphs("grounds", _("Grounds"), values["grounds"])
        with translation.override("zh-hans"):
            length = f"{values['length']}个{DayUnit(values['unit']).label}"
        yield Part(key="length", label=_("Length"), text=length)
        known = notices.made_known(values["forms"])
        yield Part(key="forms", label=_("Where it is made known"), text=known)
        for name, label in _WORDS:
            yield Part(key=name, label=label, text=values[name])
    yield from of_site(site, values)


def _of_outlet(outlet: NoticeOutlet, _values: Values) -> Iterator[Part]:
    """What the notice's public page would say of it, and the picture."""
    with translation.override("zh-hans"):
        kind = outlet.get_kind_display()
    yield Part(key="kind", label=_("Form of announcement"), text=kind)
    yield Part(key="on", label=_("Date"), text=outlet.on.isoformat())
    yield Part(key="medium", label=_("Place or name of the medium"), text=outlet.medium)
    if outlet.note:
        yield Part(key="note", label=_("Note"), text=outlet.note)
    if picture := outlet.picture:
        yield Part(
            key="picture",
            label=_("Picture"),
            text=outlet.shows,
            sha256=picture.sha256,
            url=reverse("publicity:outlet_picture", args=[picture.pk]),
            is_picture=True,
        )


def _who_wrote(outlet: NoticeOutlet) -> list[int]:
    return [outlet.entered_by_id, *outlet.writers.values_list("pk", flat=True)]


def _of_commendation(commendation: Commendation, _values: Values) -> Iterator[Part]:
    """What the decision and its public page say."""
    yield Part(key="title", label=_("Title"), text=commendation.title)
    yield from paragraphs("grounds", _("What was achieved"), commendation.grounds)
    for line in commendation.lines.in_order():
        with translation.override("zh-hans"):
            honour = line.get_honour_display()
        of = f"（{line.organisation}{line.post}）" if line.person or line.site else ""
        yield Part(key="line", label=_("Commended"), text=f"{honour}：{line.name}{of}")
        yield from paragraphs("reason", _("What they did"), line.reason)


def _announce(sites: Sequence[Site], values: Values, by: User) -> str:
    notice = notices.announce_prepared(sites, values, by)
    return reverse("publicity_desk:notice", args=[notice.pk])


def _of_step(naming: Naming, values: Values) -> Iterator[Part]:
    """What the paper and the public page would say of a warning, its lifting, a revocation."""
    yield from paragraphs("reason", _("Reason"), values.get("reason", ""))
    yield from paragraphs("why_early", _("Why before the day"), values.get("why_early", ""))
    notes = warned.notes_since_last_step(naming).values("pk")
    for found in RecheckFinding.objects.filter(note__in=notes).order_by("pk"):
        yield Part(key="found", label=_("What was looked at"), text=found.text)
    if resolution := warned.named_resolution(values):
        yield Part(key="resolution", label=_("Decided by the leading group"), text=resolution.words)


def _who_found(naming: Naming) -> list[int]:
    return list(warned.notes_since_last_step(naming).values_list("by", flat=True))


def _step(step: Action, what: StrOrPromise, publishes: Callable[[User], bool]) -> Publishable:
    def put_out(namings: Sequence[Naming], values: Values, by: User) -> str:
        warned.take_prepared(step, namings[0], values, by)
        return page_of(namings[0])

    return Publishable(
        kind=warned.review_kind(step),
        what=what,
        open_to=lambda user: Naming.objects.visible_to(user).select_related("site__organisation"),
        parts=_of_step,
        writers=_who_found,
        url=page_of,
        put_out=put_out,
        issues_papers=True,
        publishes=publishes,
    )


def _of_reuse(entry: Reuse, _values: Values) -> Iterator[Part]:
    yield Part(key="unit", label=_("Unit"), text=entry.organisation.name)
    yield from paragraphs("note", _("How it was taken up"), entry.note)
    yield Part(key="on", label=_("On"), text=entry.on.isoformat())


def _confirm(entries: Sequence[Reuse], _values: Values, by: User) -> str:
    reuse.confirm(reuse=entries[0], by=by)
    return _article_page(entries[0])


def _article_page(entry: Reuse) -> str:
    return reverse("publicity_desk:article", args=[entry.article_id])


def _of_question(question: Question, _values: Values) -> Iterator[Part]:
    """What its page, the list and the search would show."""
    with translation.override("zh-hans"):
        topic = question.get_topic_display()
    yield Part(key="topic", label=_("Topic"), text=topic)
    yield Part(key="question", label=_("Question"), text=question.question)
    yield from paragraphs("answer", _("Answer"), question.answer)


PUBLISHABLES.add(
    Publishable(
        kind="article",
        what=gettext_lazy("An article with its pictures and attachments"),
        open_to=_articles,
        parts=_of_article,
        writers=_writers,
        url=lambda article: reverse("publicity_desk:article", args=[article.pk]),
    ),
    Publishable(
        kind="article.withdraw",
        what=gettext_lazy("Why an article is withdrawn"),
        open_to=_articles,
        parts=lambda article, _values: paragraphs("reason", _("Reason"), article.withdrawal_reason),
        url=lambda article: reverse("publicity_desk:article", args=[article.pk]),
        put_out=_tell_why,
        publishes=is_office,
    ),
    Publishable(
        kind="reuse",
        what=gettext_lazy("That a unit took a good practice up"),
        open_to=lambda user: Reuse.objects.visible_to(user).select_related("article", "organisation"),
        parts=_of_reuse,
        writers=lambda entry: [entry.by_id],
        url=_article_page,
        put_out=_confirm,
        publishes=is_office,
    ),
    Publishable(
        kind="notice",
        what=gettext_lazy("A public notice"),
        open_to=lambda user: Site.objects.visible_to(user).select_related("organisation", "programme"),
        parts=_of_notice,
        url=Site.get_absolute_url,
        put_out=_announce,
        issues_papers=True,
        publishes=is_office,
    ),
    Publishable(
        kind="outlet",
        what=gettext_lazy("Where a public notice was made known, with a picture"),
        open_to=outlets.open_to,
        parts=_of_outlet,
        writers=_who_wrote,
        url=NoticeOutlet.get_absolute_url,
    ),
    Publishable(
        kind="commendation",
        what=gettext_lazy("A list of who is commended"),
        open_to=Commendation.objects.visible_to,
        parts=_of_commendation,
        writers=lambda commendation: commendation.writers.values_list("pk", flat=True),
        url=Commendation.get_absolute_url,
    ),
    Publishable(
        kind="question",
        what=gettext_lazy("A frequent question with its answer"),
        open_to=Question.objects.visible_to,
        parts=_of_question,
        writers=lambda question: question.writers.values_list("pk", flat=True),
        called=lambda question, _values: question.question,
        url=lambda question: reverse("publicity_desk:question", args=[question.pk]),
    ),
    *(
        Publishable(
            kind=f"notice.{act}",
            what=what,
            open_to=notices.open_to,
            parts=_of_change,
            url=lambda notice: reverse("publicity_desk:notice", args=[notice.pk]),
        )
        for act, what in (
            ("withdraw", gettext_lazy("Why a public notice is withdrawn")),
            ("extend", gettext_lazy("Why a public notice is extended")),
        )
    ),
    _step(Action.WARN, gettext_lazy("Why a named site is warned"), sees_city),
    _step(Action.RESTORE, gettext_lazy("Why a warning is lifted"), sees_city),
    _step(Action.REVOKE, gettext_lazy("Why a naming is revoked"), is_leading_group),
    place=10,
)
