"""Which article a person may write, correct and take up now, and of what; services and pages ask here."""

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.enums import OrganisationKind
from accounts.models import Organisation, User
from accounts.rules import is_office
from publicity.enums import ArticleKind, ArticleState
from publicity.models import Article, Reuse
from publicity.rules import writes_articles
from sites.models import Programme, Site
from sites.models.sites import SiteQuerySet
from sites.workflow import InvalidTransition


def check_edit(article: Article, by: User) -> None:
    """Raise PermissionDenied or InvalidTransition unless this person may write this article now.

    A draft is written by everybody of the body it is from and by the office; what is published stays as it
    went out, and the office changes it by a correction.
    """
    is_own = writes_articles(by) and article.organisation_id == by.organisation_id
    if not is_own and not is_office(by):
        raise PermissionDenied
    if article.state == ArticleState.WITHDRAWN:
        raise InvalidTransition(_("This article was withdrawn; write a new one."))
    if article.state == ArticleState.PUBLISHED:
        told = _("This article is published; what is to change in it the office writes as a correction.")
        raise InvalidTransition(told)


def may_edit(article: Article, user: User) -> bool:
    try:
        check_edit(article, user)
    except (PermissionDenied, InvalidTransition):
        return False
    return True


def locked(article: Article, by: User) -> Article:
    """The article as it is now, held until the transaction ends; PermissionDenied where it is not seen."""
    visible = Article.objects.visible_to(by).select_related("author")
    found = visible.select_for_update(of=("self",)).filter(pk=article.pk).first()
    if found is None:
        raise PermissionDenied
    return found


def sites_to_write_of(programme: Programme, user: User) -> SiteQuerySet:
    """Those the public may know of, as far as they are this person's."""
    return Site.objects.in_charge_of(user).listed().filter(programme=programme)


def can_be_taken_up(article: Article) -> bool:
    return article.kind == ArticleKind.EXPERIENCE and article.state == ArticleState.PUBLISHED


def units_to_take_up(user: User) -> QuerySet[Organisation]:
    """The units of which this person may say that they took it up: all, the district's, the own one."""
    units = Organisation.objects.visible_to(user).filter(is_active=True, kind__in=OrganisationKind.UNITS)
    return units if writes_articles(user) else units.none()


def reuses_to_take_back(article: Article, user: User) -> QuerySet[Reuse]:
    """Those a person may call a mistake: the office all, others those of the units they enter for."""
    entries = article.reuses.all()
    return entries if is_office(user) else entries.filter(organisation__in=units_to_take_up(user))
