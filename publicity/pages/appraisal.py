"""What the desk shows of one appraisal: its progress, its slips, its answers in words, its result."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from django.db.models import Count, Min, Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise

from assessments.models import AppraisalResult
from publicity.enums import AppraisalState
from publicity.models import Appraisal, AppraisalResponse
from publicity.models.appraisal import QUESTIONS, STEPS, CountedAppraisal
from publicity.pages.paper_answers import PaperAnswers
from publicity.services.appraisals import MOST_CODES, needed_answers
from sites.calendar import today


@dataclass(frozen=True)
class Share:
    """How many took one step; `before`, how many the better ones."""

    step: Promise
    people: int
    before: int


@dataclass(frozen=True)
class AppraisalPage:
    """Of an appraisal `with_counts`. What was answered is not summed up before it is counted:

    so that nobody prolongs a window until its result is as they like it.
    """

    appraisal: Appraisal

    @cached_property
    def needed(self) -> int:
        return needed_answers(self.appraisal.site.programme)

    @property
    def missing(self) -> int:
        return max(0, self.needed - self._given)

    @property
    def is_spent(self) -> bool:
        return self.appraisal.is_spent(today())

    @property
    def another(self) -> str:
        """Where the site gets another window."""
        site = self.appraisal.site
        return f"{reverse('publicity_desk:appraisal_add')}?programme={site.programme_id}&site={site.pk}"

    @property
    def state(self) -> AppraisalState:
        return self.appraisal.state(
            on=today(), given=self._given, needed=self.needed, unchecked=self.papers.unchecked
        )

    @cached_property
    def papers(self) -> PaperAnswers:
        return PaperAnswers(cast("CountedAppraisal", self.appraisal))

    @property
    def codes_left(self) -> int:
        """How many can still be made: none once the window has ended."""
        return 0 if today() > self.appraisal.closes_on else MOST_CODES - self.appraisal.codes_made

    @property
    def _given(self) -> int:
        given: int = self.appraisal.given  # type: ignore[attr-defined]  # a dossier's, which asks no number, has none
        return given

    @cached_property
    def batches(self) -> Sequence[Mapping[str, Any]]:
        """Codes made together, while some are unused: how many, how many unused.

        Of slips the first one's key, of forms their `run`.
        """
        together = self.appraisal.responses.order_by("made_at").values("made_at", "run")
        unused = Count("pk", filter=Q(answered_at=None))
        return list(together.annotate(first=Min("pk"), made=Count("pk"), unused=unused).filter(unused__gt=0))

    @cached_property
    def others(self) -> QuerySet[Appraisal]:
        """The site's other windows, the newest first."""
        return self.appraisal.site.appraisals.exclude(pk=self.appraisal.pk)

    @cached_property
    def told(self) -> QuerySet[AppraisalResponse]:
        """The answers that say something in words, or are doubtful; the newest first."""
        answers = self.appraisal.responses.answered().exclude(text="", doubts="")
        return answers.select_related("entered_by").order_by("-answered_at", "-pk")

    @cached_property
    def result(self) -> AppraisalResult | None:
        if not self.appraisal.counted_on:
            return None
        return self.appraisal.site.appraisal_results.filter(opened_on=self.appraisal.opens_on).first()

    @property
    def questions(self) -> Iterator[tuple[Promise, list[Share]]]:
        """Each question of the result with how many took each step, the best first."""
        for words, people in zip(QUESTIONS, self.result.questions if self.result else (), strict=True):
            yield (
                words,
                [
                    Share(STEPS[step], people[step], sum(people[step + 1 :]))
                    for step in reversed(range(len(STEPS)))
                ],
            )

    @property
    def steps(self) -> tuple[Promise, ...]:
        return STEPS[::-1]
