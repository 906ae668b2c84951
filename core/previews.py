"""先看公文: an act that issues papers can be tried first: its papers are printed, and nothing has happened.

The second button of such a form sends it under another name. What then carries the act out, keeps its
papers to look at and undoes it all stands above (documents.previewing); a view only says that it may be
tried so. One that does not is never carried out by that button.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.http import HttpRequest, HttpResponseBase

from .acting import TypedAgain
from .offers import Offers

BUTTON = "preview_papers"
_MARK = "may_be_previewed"


@dataclass(frozen=True)
class PublicPage:
    """A page of the desk that an act leads to, and where everybody reads the same: names of two addresses.

    Both have the same keys. What the act would publish there is shown with its papers.
    """

    desk: str
    public: str


PUBLIC_PAGES: Offers[PublicPage] = Offers()

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def previewed(view: View) -> View:
    """Mark a view whose post issues papers. It asks for no password: a trial would not count a wrong one."""
    setattr(view, _MARK, True)
    return view


def is_previewed(view: Callable[..., object]) -> bool:
    return hasattr(view, _MARK)


def wants_preview(request: HttpRequest) -> bool:
    """Whether that button was pressed; what was typed before a session ended is only shown again."""
    sent = request.POST
    return request.method == "POST" and BUTTON in sent and not isinstance(sent, TypedAgain)
