"""经验推广: drafting an article, publishing it, correcting it, taking it back (plan, part five, four).

Another person has read it for secrets before it goes out (`accounts.services.secrecy`), a correction too.
The office writes of everything. A district office and a liaison draft good practices of their own sites,
which the office publishes. Whoever saves or publishes says what they had seen (`seen`, see `of_article`).
"""

import hashlib
from collections.abc import Mapping, Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from accounts.rules import is_office, require_office
from accounts.services import notify, secrecy
from assessments.services.storing import files_with_rows
from core.locks import change_once
from core.uploads import ARTICLE, NewFiles, take_in
from publicity.enums import ArticleKind, ArticleState
from publicity.models import Article
from publicity.rules import writes_articles
from sites.calendar import today
from sites.models import Programme, Site
from sites.workflow import InvalidTransition
from standards.citing import no_longer
from standards.fingerprints import fingerprint
from standards.models import Ground, Item, Standard
from standards.services import StaleDraft
from tables.tidy import tidy_prose

from .article_files import add_files, carry_files, copy_files
from .article_rights import check_edit, locked, sites_to_write_of

Words = Mapping[str, object]
# What an article says, and what it is tied to, beside its files.
SAID = ("kind", "title", "text", "held_on", "place")
TIED = ("sites", "items", "grounds")


def of_article(article: Article) -> str:
    """All that an article says, with its files and what it is about: what a person has seen of it."""
    about = [
        sorted(tied.pk for tied in ties.all()) for ties in (article.sites, article.items, article.grounds)
    ]
    said = fingerprint(article, *article.files.all())
    return hashlib.sha256(f"{said} {about}".encode()).hexdigest()


def items_to_choose(article: Article | None = None) -> QuerySet[Item]:
    """The items in force, and those the article names already from an earlier version of its standard."""
    wanted = Q(section__standard__in=Standard.objects.published())
    if article:
        wanted |= Q(pk__in=article.items.values("pk"))
    return Item.objects.filter(wanted).order_by("section__standard__kind", "section", "ordinal")


def draft(
    *,
    programme: Programme,
    words: Words,
    sites: Sequence[Site],
    items: Sequence[Item],
    by: User,
    grounds: Sequence[Ground] = (),
    files: NewFiles = (),
) -> Article:
    """Begin an article; nobody outside sees it before it is published.

    `words` are its fields by name: title, text, and for the office kind, held_on, place. Raises
    PermissionDenied, and ValidationError by field: these, `sites`, `files`.
    """
    if not writes_articles(by) or by.organisation is None:
        raise PermissionDenied
    taken = take_in(files, ARTICLE)
    article = Article(
        programme=programme, kind=ArticleKind.EXPERIENCE, author=by, organisation=by.organisation
    )
    with files_with_rows():
        _write(article, words, sites, items, by)
        article.grounds.set(grounds)
        add_files(article, taken)
    return article


def revise(
    *,
    article: Article,
    words: Words,
    sites: Sequence[Site],
    items: Sequence[Item],
    seen: str,
    by: User,
    grounds: Sequence[Ground] = (),
    files: NewFiles = (),
) -> None:
    """Write a draft anew. `files` are added."""
    taken = take_in(files, ARTICLE)
    with files_with_rows():
        current = locked(article, by)
        check_edit(current, by)
        if of_article(current) != seen:
            raise StaleDraft(
                _(
                    "Somebody else has changed this article since you opened it. What you typed stands "
                    "below; compare it with theirs, then save again."
                )
            )
        _write(current, words, sites, items, by)
        current.grounds.set(grounds)
        add_files(current, taken)


def _write(article: Article, words: Words, sites: Sequence[Site], items: Sequence[Item], by: User) -> None:
    kind = article.kind
    for name, value in words.items():
        setattr(article, name, tidy_prose(value) if isinstance(value, str) else value)
    if article.kind != kind and not is_office(by):
        raise PermissionDenied
    own = sites_to_write_of(article.programme, by)
    if own.filter(pk__in=[site.pk for site in sites]).count() != len(sites):
        raise PermissionDenied
    if not sites and (article.kind == ArticleKind.EXPERIENCE or not is_office(by)):
        raise ValidationError({"sites": _("A good practice is that of a site: choose at least one.")})
    article.full_clean()
    article.save()
    # Sites of others that the office has added stay.
    article.sites.set([*sites, *article.sites.exclude(pk__in=own)])
    article.items.set(items)
    article.writers.add(by)


@transaction.atomic
def correct(*, article: Article, by: User) -> Article:
    """Begin a correction of what is published: a draft that says the same, and leaves the article as it is.

    One at a time; where one is begun already, it is that one.
    """
    require_office(by)
    current = locked(article, by)
    if current.state != ArticleState.PUBLISHED or current.corrects:
        raise InvalidTransition(_("Only what is published is corrected."))
    if begun := current.corrections.filter(published_on=None, withdrawn_on=None).first():
        return begun
    said = {name: getattr(current, name) for name in SAID}
    made = Article.objects.create(
        programme=current.programme, corrects=current, author=by, organisation=current.organisation, **said
    )
    _tie(made, current)
    copy_files(current, made)
    return made


@transaction.atomic
def publish(*, article: Article, seen: str, by: User) -> None:
    """The office puts it before the public as it has read it; a correction becomes what its article says."""
    require_office(by)
    current = locked(article, by)
    original = locked(current.corrects, by) if current.corrects else None
    if current.state != ArticleState.DRAFT:
        raise InvalidTransition(_("This article is no draft any more."))
    if of_article(current) != seen:
        raise StaleDraft(_("Somebody else has changed this draft since you read it; read it again."))
    if ended := no_longer(current.grounds.values_list("number", flat=True), on=today()):
        raise ValidationError(ended)
    if unnamed := [file.name for file in current.pictures if not file.caption]:
        told = _("Write under each picture what it shows; missing at: %(names)s.")
        raise ValidationError(told % {"names": _(", ").join(unnamed)})
    secrecy.check("article", current, by=by)
    current.published_on = today()
    current.save(update_fields=["published_on"])
    if original:
        _carry_over(current, original)
    out = original or current
    _tell_author(out, gettext_noop("“%(title)s” is published."), out.get_absolute_url(), by)


def _carry_over(correction: Article, article: Article) -> None:
    if article.state != ArticleState.PUBLISHED:
        raise InvalidTransition(_("The article was withdrawn meanwhile, so there is nothing to correct."))
    for name in SAID:
        setattr(article, name, getattr(correction, name))
    article.corrected_on = today()
    article.save()
    _tie(article, correction)
    carry_files(correction, article)


def _tie(article: Article, to: Article) -> None:
    for name in TIED:
        getattr(article, name).set(getattr(to, name).all())


@transaction.atomic
def withdraw(*, article: Article, reason: str, by: User) -> None:
    """Take back what is published, at once: its page stays. Of a draft its author is told.

    The page says why once another person has reviewed the reason for secrets (`tell_why_withdrawn`).
    """
    require_office(by)
    current = locked(article, by)
    if current.state == ArticleState.WITHDRAWN:
        raise InvalidTransition(_("This article was withdrawn before."))
    reason = tidy_prose(reason)
    if not 0 < len(reason) <= 300:
        raise ValidationError({"reason": _("Give a reason, in at most 300 characters.")})
    current.withdrawn_on, current.withdrawal_reason = today(), reason
    current.save(update_fields=["withdrawn_on", "withdrawal_reason"])
    if current.keeps_its_reason:
        secrecy.ask(kind="article.withdraw", records=[current], by=by)
    told = gettext_noop("“%(title)s” was withdrawn by the office; its page says why.")
    _tell_author(current, told, reverse("publicity_desk:article", args=[current.pk]), by)


@transaction.atomic
def tell_why_withdrawn(*, article: Article, by: User) -> None:
    """The reason of a withdrawal goes out: it was reviewed by another person as it stands."""
    require_office(by)
    secrecy.check("article.withdraw", locked(article, by), by=by)
    untold = Article.objects.filter(pk=article.pk, withdrawn_on__isnull=False, withdrawal_told_on=None)
    if not change_once(untold, withdrawal_told_on=today()):
        raise InvalidTransition(_("The public reads the reason already."))


def _tell_author(article: Article, text: str, url: str, by: User) -> None:
    """Unless they did it themselves, or left the body it is from and so its pages at the desk."""
    author = article.author
    if author != by and author.organisation_id == article.organisation_id:
        notify([author], text=text, about={"title": article.title}, url=url)


def practices_by_code(kind: str) -> dict[str, int]:
    """How many articles the public finds about each item of a standard, by the item's code (one query)."""
    found = Article.objects.listed(on=today()).filter(items__section__standard__kind=kind)
    counted = found.order_by().values_list("items__code").annotate(Count("pk", distinct=True))
    return dict(counted)
