"""What the trail itself keeps of people."""

from django.utils.translation import gettext_lazy as _

from core.personal import PERSONAL, InTrail, Personal, Whose

PERSONAL.add(
    Personal(
        "auditlog.LogEntry.remote_addr",
        Whose.STAFF,
        _("to find out from where something was done; of staff alone"),
        _("the auditors"),
        _("as long as the trail, which nothing is taken out of"),
        InTrail.CLEAR,
        label=_("network address"),
    ),
    *(
        Personal(
            f"auditlog.LogEntry.{field}",
            Whose.STAFF,
            _("to prove who did what"),
            _("the auditors"),
            _("as long as the trail, which nothing is taken out of"),
            InTrail.CLEAR,
        )
        for field in (
            "actor_email",
            "object_repr",
            "changes",
            "changes_text",
            "serialized_data",
            "additional_data",
        )
    ),
    place=0,
)
