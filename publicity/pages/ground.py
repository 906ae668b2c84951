"""A ground as the public reads it: what it is, how it stands today, and where it is cited."""

import datetime
from dataclasses import dataclass

from documents.models import Document
from publicity.models import Article
from publicity.models.articles import ArticleQuerySet
from publicity.published import items_in_force
from sites.models import Programme
from standards.models import Ground, Item

# Of the papers that cite it; the register and the search have them all.
_MOST = 20


@dataclass(frozen=True)
class Cited:
    """Where it is cited in public."""

    plans: list[Programme]  # whose text names it
    items: list[Item]
    articles: ArticleQuerySet
    papers: list[Document]
    papers_more: int

    def __bool__(self) -> bool:
        return bool(self.plans or self.items or self.articles or self.papers)


def cited(ground: Ground, *, on: datetime.date) -> Cited:
    items = items_in_force().select_related("section__standard")
    papers = Document.objects.published().standing().filter(grounds=ground)
    shown = list(papers.defer("context").order_by("-issued_on", "-pk")[:_MOST])
    return Cited(
        plans=[plan for plan in Programme.objects.begun() if ground in named_in(plan, [ground])],
        items=[item for item in items if ground.number in item.grounds],
        articles=Article.objects.listed(on=on).filter(grounds=ground),
        papers=shown,
        papers_more=papers.count() - len(shown) if len(shown) == _MOST else 0,
    )


def named_in(plan: Programme, grounds: list[Ground]) -> list[Ground]:
    """Those that the text of a plan names by their title, and that stood when it was issued.

    By the title, for the plan misprints a number; of two of one title it means the one of its day.
    """
    return [
        ground
        for ground in grounds
        if f"《{ground.title}》" in plan.text
        and ground.issued_on <= plan.issued_on
        and ground.number != plan.document_number
        and (ground.in_force_until is None or ground.in_force_until >= plan.issued_on)
    ]
