"""What is printed for a public appraisal: the poster at the counter, slips with codes, forms for the pen."""

from collections.abc import Iterable
from typing import Any

from core.http import full_address
from documents.contexts import site_fields
from documents.rendering import qr, render_sheet
from publicity.models import Appraisal, AppraisalResponse
from publicity.models.appraisal import QUESTIONS, STEPS
from sites.calendar import today

SLIPS_ACROSS = 3
# The best first, as such forms have it; on paper a step is known by its place.
STEPS_IN_TURN = STEPS[::-1]


def poster(appraisal: Appraisal) -> bytes:
    """A4, to hang up: its QR code leads to where a slip's code is typed."""
    address = full_address("publicity:appraise")
    drawn = {"qr": qr(address, "评议网址二维码"), "address": address}
    return _sheet("appraisal_poster.html", appraisal, drawn)


def slips(appraisal: Appraisal, responses: Iterable[AppraisalResponse]) -> bytes:
    """24 to an A4 page, each with its code and a QR code that leads to its own page."""
    drawn = [
        {
            "code": f"{response.code[:4]} {response.code[4:]}",
            "qr": qr(full_address("publicity:appraisal", response.code), "评议码二维码"),
        }
        for response in responses
    ]
    rows = [drawn[at : at + SLIPS_ACROSS] for at in range(0, len(drawn), SLIPS_ACROSS)]
    context = {"rows": rows, "address": full_address("publicity:appraise")}
    return _sheet("appraisal_slips.html", appraisal, context)


def paper_forms(appraisal: Appraisal, responses: Iterable[AppraisalResponse]) -> bytes:
    """Two to an A4 page, each with the code by which the office enters it."""
    codes = [f"{response.code[:3]} {response.code[3:6]} {response.code[6:]}" for response in responses]
    return _sheet("appraisal_form.html", appraisal, {"questions": QUESTIONS, "codes": codes})


def _sheet(template: str, appraisal: Appraisal, context: dict[str, Any]) -> bytes:
    site = appraisal.site
    facts = {
        **site_fields(site),
        "is_sample": site.is_sample,
        "opens_on": appraisal.opens_on.isoformat(),
        "closes_on": appraisal.closes_on.isoformat(),
        "steps": STEPS_IN_TURN,
    }
    return render_sheet(template, {**facts, **context}, stylesheet="appraisal.css", on=today())
