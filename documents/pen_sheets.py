"""签批单 as it is printed: what would be issued, who drafted and checked it, and room for a leader's pen."""

from documents.models import Draft
from documents.rendering import render_sheet
from sites.calendar import today


def pen_sheet(draft: Draft) -> bytes:
    """A PDF of one page, for the turn that stands now."""
    papers = draft.papers.prefetch_related("copies_more").defer("context")
    said = {
        "draft": draft,
        "papers": papers,
        "countersigned": draft.countersignatures.filter(agrees=True).select_related("organisation", "by"),
        "on": today(),
        "is_sample": draft.sites.filter(is_sample=True).exists(),
    }
    return render_sheet("pen_sheet.html", said, stylesheet="dossier.css", on=today())
