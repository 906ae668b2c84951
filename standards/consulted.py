"""What was found on the opinions on a draft: for the page before publication, its checks, and who decides."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.clock import today

from .enums import Stance, Taken
from .fingerprints import of_reading
from .models import Consultation, Opinion, Proposal, Rulebook


@dataclass(frozen=True)
class Consulted:
    """A consultation with its opinions and proposals, as they are now."""

    consultation: Consultation
    opinions: list[Opinion]
    proposals: list[Proposal]
    changed_since: bool  # the draft says something else than when it was sent

    @property
    def given(self) -> list[Opinion]:
        return [opinion for opinion in self.opinions if opinion.stance]

    @property
    def silent(self) -> list[Opinion]:
        return [opinion for opinion in self.opinions if not opinion.stance]

    @property
    def agreeing(self) -> int:
        return sum(opinion.stance == Stance.AGREES for opinion in self.opinions)

    @property
    def unanswered(self) -> int:
        """Proposals without the office's answer."""
        return sum(not proposal.taken for proposal in self.proposals)

    @property
    def is_open(self) -> bool:
        """The day by which they are to answer is not over."""
        return today() <= self.consultation.answer_by

    def obstacles(self) -> Iterator[str]:
        """Why the draft may not come into force yet."""
        if self.is_open:
            day = date_format(self.consultation.answer_by, "SHORT_DATE_FORMAT")
            facts = {"day": day, "given": len(self.given), "asked": len(self.opinions)}
            yield _("Opinions can be given until %(day)s; %(given)d of %(asked)d have come.") % facts
        if self.unanswered:
            yield ngettext(
                "%(n)d proposal has no answer of the office yet.",
                "%(n)d proposals have no answer of the office yet.",
                self.unanswered,
            ) % {"n": self.unanswered}

    def summary(self) -> Iterator[str]:
        """What it found, in plain sentences."""
        facts = {
            "asked": len(self.opinions),
            "given": len(self.given),
            "agree": self.agreeing,
            "propose": len(self.given) - self.agreeing,
        }
        yield (
            _("%(asked)d were asked, %(given)d answered: %(agree)d agree, %(propose)d propose changes.")
            % facts
        )
        if self.silent:
            yield _("No answer came from: %(names)s.") % {
                "names": _(", ").join(str(opinion) for opinion in self.silent)
            }
        if self.proposals:
            became = {taken: sum(each.taken == taken for each in self.proposals) for taken in Taken.values}
            yield _(
                "Of %(n)d proposals %(taken)d were adopted, %(partly)d in part, %(not)d not; "
                "%(open)d have no answer."
            ) % {"n": len(self.proposals), "open": self.unanswered, **became}
        if self.changed_since:
            day = date_format(self.consultation.sent_on, "SHORT_DATE_FORMAT")
            yield _("The draft was changed after it was sent on %(day)s.") % {"day": day}


def consulted(draft: Rulebook) -> Consulted | None:
    """None where no opinions were asked for. The draft is loaded `with_items`."""
    found = Consultation.objects.filter(rulebook=draft.pk).first()
    if found is None:
        return None
    opinions = found.opinions.select_related("organisation", "answered_by")
    proposals = Proposal.objects.filter(opinion__consultation=found)
    related = proposals.select_related("opinion__organisation", "article", "replied_by")
    return Consulted(found, list(opinions), list(related), of_reading(draft) != found.seen)
