"""Wording offered to the inspectors."""

from django.utils import translation
from django.utils.translation import gettext as _

from .models import Score


def suggested_opinion(score: Score) -> str:
    """A first draft of the opinion on a gap, from what was found and what would show it mended.

    In Chinese whatever the reader's language: it goes into an official paper.
    """
    with translation.override("zh-hans"):
        return _("Found: %(reason)s Make this good and provide: %(evidence)s.") % {
            "reason": score.reason,
            "evidence": score.item.evidence_hint,
        }
