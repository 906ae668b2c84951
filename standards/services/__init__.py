"""What the office does to standards and rulebooks; every page and command calls these."""

from .drafts import NotADraft, StaleDraft, discard, draft_from, revise, save_section
from .grounds import keep_ground
from .opinions import ask, can_be_asked, give, reply
from .publishing import publish
from .texts import add_article, remove_article, rename_chapter, write_article

__all__ = [
    "NotADraft",
    "StaleDraft",
    "add_article",
    "ask",
    "can_be_asked",
    "discard",
    "draft_from",
    "give",
    "keep_ground",
    "publish",
    "remove_article",
    "rename_chapter",
    "reply",
    "revise",
    "save_section",
    "write_article",
]
