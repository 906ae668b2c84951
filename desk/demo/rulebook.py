"""How the rulebook was brought out: January's draft, its opinions, the decision on it; and a next draft.

The second version says what the first, proposed one says, with what districts and units wanted.
"""

import datetime

from django.db.models import QuerySet

from accounts.enums import ResolutionKind
from accounts.models import User
from accounts.services import motions
from accounts.services.meetings import Item
from sites.calendar import pinned
from sites.models import Programme
from standards import services
from standards.enums import Stance, Taken
from standards.fingerprints import fingerprint, of_version
from standards.models import Article, Opinion, Proposal, Rulebook

from . import secrecy
from .cast import Cast
from .meetings import decided
from .papers import sign

TITLE = "乌海市政务公开示范点建设考评办法（示例）"
LETTER = "请结合本区、本单位实际，就考评办法草稿提出意见，逾期不答复的视为没有意见。（示例）"


def bring_out(programme: Programme, cast: Cast) -> None:
    """14–30 January: sent to the districts and some units, answered, decided, issued by a notice."""
    with pinned(datetime.date(2008, 1, 14)):
        in_force = Rulebook.objects.published().get()
        note = "征求各区和有关单位意见后正式发布。（示例）"
        draft = services.draft_from(version=in_force, note=note, by=cast.office)
        services.revise(draft=draft, values={"title": TITLE}, seen=fingerprint(draft), by=cast.office)
        _ask(draft, cast, datetime.date(2008, 1, 25))
    district, *others = cast.districts.values()
    with pinned(datetime.date(2008, 1, 18)):
        article = _article(draft, "{comment_days}")
        _propose(draft, district, article, "建议写明责任单位不提意见的，如何处理。（示例）")
        for clerk in others:
            _give(draft, clerk)
        first, second, *silent = _liaisons(draft, cast)
        _propose(draft, first, _article(draft, "{paper_check_percent}"), "建议由评议对象自行复录。（示例）")
        for person in (second, *silent[:-1]):
            _give(draft, person)
    with pinned(datetime.date(2008, 1, 28)):
        text = article.text.removesuffix("。") + "；期满未提意见的，视为没有意见。"
        seen = fingerprint(article)
        services.write_article(article=article, text=text, place=article.ordinal, seen=seen, by=cast.office)
        _reply(draft, district, Taken.TAKEN, "已在本条中写明。（示例）", cast)
        _reply(draft, first, Taken.NOT, "由评议对象自行复录，起不到核对作用。（示例）", cast)
        values = {"adopt": True, "seen": of_version(Rulebook.objects.with_items().get(pk=draft.pk))}
        secrecy.clear("rulebook", [draft], cast)
        moved = motions.move(kind="rulebook.publish", record=draft, values=values, by=cast.office)
    item = Item(ResolutionKind.RULES, "发布考评办法（示例）")
    resolution = decided(programme, cast, "2008-01-30", item)
    with pinned(datetime.date(2008, 1, 30)):
        sign(moved, cast, by=cast.leader, resolution=resolution)


def draft_the_next(cast: Cast) -> None:
    """May: a third version is out for opinions; a district has proposed something, others are silent yet."""
    with pinned(datetime.date(2008, 5, 15)):
        in_force = Rulebook.objects.published().get()
        note = "总结验收阶段情况，调整社会评议有效份数。（示例）"
        draft = services.draft_from(version=in_force, note=note, by=cast.office)
        values = {"minimum_appraisal_sample": 40}
        services.revise(draft=draft, values=values, seen=fingerprint(draft), by=cast.office)
        _ask(draft, cast, datetime.date(2008, 5, 30))
    district, other, *_rest = cast.districts.values()
    with pinned(datetime.date(2008, 5, 19)):
        proposal = "区级示范点办事群众较少，建议有效评议份数仍按30份执行。（示例）"
        _propose(draft, district, _article(draft, "{minimum_appraisal_sample}"), proposal)
        _give(draft, other)


def _ask(draft: Rulebook, cast: Cast, answer_by: datetime.date) -> None:
    people = [*cast.districts.values(), *list(cast.liaisons.values())[:5]]
    organisations = list({person.organisation_id: person.organisation for person in people}.values())
    services.ask(
        draft=draft,
        organisations=[each for each in organisations if each],
        letter=LETTER,
        answer_by=answer_by,
        by=cast.office,
    )


def _liaisons(draft: Rulebook, cast: Cast) -> list[User]:
    """Those of the asked units."""
    asked = set(_opinions(draft).values_list("organisation", flat=True))
    return [person for unit, person in cast.liaisons.items() if unit in asked]


def _opinions(draft: Rulebook) -> QuerySet[Opinion]:
    return Opinion.objects.filter(consultation__rulebook=draft)


def _article(draft: Rulebook, name: str) -> Article:
    return Article.objects.get(chapter__rulebook=draft, text__contains=name)


def _give(draft: Rulebook, by: User) -> None:
    opinion = _opinions(draft).get(organisation=by.organisation_id)
    services.give(opinion=opinion, stance=Stance.AGREES, proposals=[], by=by)


def _propose(draft: Rulebook, by: User, article: Article, text: str) -> None:
    opinion = _opinions(draft).get(organisation=by.organisation_id)
    services.give(opinion=opinion, stance=Stance.PROPOSES, proposals=[(article, text)], by=by)


def _reply(draft: Rulebook, to: User, taken: str, reason: str, cast: Cast) -> None:
    found = Proposal.objects.get(
        opinion__consultation__rulebook=draft, opinion__organisation=to.organisation_id
    )
    services.reply(proposal=found, taken=taken, reason=reason, by=cast.office)
