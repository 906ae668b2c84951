"""What the office does to standards and rulebooks; every page and command calls these."""

from .drafts import NotADraft, StaleDraft, discard, draft_from, revise, save_section
from .publishing import publish
from .texts import add_article, remove_article, rename_chapter, write_article

__all__ = [
    "NotADraft",
    "StaleDraft",
    "add_article",
    "discard",
    "draft_from",
    "publish",
    "remove_article",
    "rename_chapter",
    "revise",
    "save_section",
    "write_article",
]
