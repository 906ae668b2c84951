"""How a telephone or a mail address stands in the trail, which nothing is ever taken out of."""

from core.ciphers import fingerprint

# auditlog's words for nothing.
NOTHING = ("", "None")


def hidden_value(text: str) -> str:
    """Whether it is the same value as another time, and not which: AUDITLOG_MASK_CALLABLE."""
    if text in NOTHING:
        return text
    version, digest, code = fingerprint(text, purpose="trail").split(":")
    return f"fingerprint {version}:{digest}:{code[:16]}"
