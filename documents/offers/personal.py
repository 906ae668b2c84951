"""Whom official papers name, and who received one."""

from django.utils.translation import gettext_lazy as _

from core.personal import PERSONAL, InTrail, Personal, Whose

_KEPT = _("as long as the paper, which is kept for good")

PERSONAL.add(
    *(
        Personal(
            f"documents.{field}",
            Whose.STAFF,
            _("so that a paper can be made again as it was issued"),
            _("who may read the paper"),
            _KEPT,
            InTrail.NOTHING,
        )
        for field in ("Document.context", "DraftPaper.context", "PreviewPaper.context", "Signature.html")
    ),
    Personal(
        "documents.Preview.sent",
        Whose.STAFF,
        _("so that what was previewed can be carried out as it was filled in"),
        _("whoever filled it in"),
        _("for a day"),
        InTrail.NOTHING,
    ),
    *(
        Personal(
            f"documents.{field}",
            Whose.STAFF,
            _("to know who received the paper"),
            _("who may see the paper's receipts"),
            _KEPT,
            InTrail.CLEAR,
        )
        for field in ("Receipt.receiver", "CopyShare.receiver")
    ),
    place=22,
)
