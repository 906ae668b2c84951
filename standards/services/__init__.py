"""What the office does to standards and rulebooks; every page and command calls these."""

from .drafts import NotADraft, StaleDraft, discard, draft_from, revise, save_section
from .publishing import publish

__all__ = ["NotADraft", "StaleDraft", "discard", "draft_from", "publish", "revise", "save_section"]
