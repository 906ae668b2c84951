"""The trail: what enters it, and where its head is noted outside of the database."""

from .base import listed

# Where the trail's head is noted outside of the database (audit.anchors).
PORTAL_TRAIL_ANCHORS = listed("PORTAL_TRAIL_ANCHORS")
# auditlog would keep addresses that anybody can forge, and citizens': audit.middleware does it instead.
AUDITLOG_DISABLE_REMOTE_ADDR = True
# Of the columns that core.personal says it of, the trail keeps a fingerprint.
AUDITLOG_MASK_CALLABLE = "audit.hidden.hidden_value"
# Nobody outside gives our entries a number.
AUDITLOG_CID_HEADER = None
# What leads from an entry to the log.
AUDITLOG_CID_GETTER = "core.request_id.get"
