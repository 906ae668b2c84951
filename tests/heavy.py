"""What takes long is the worker's: no page a test opens may draw a PDF while somebody waits for it."""

from typing import Any

from core.access import request_now
from documents import rendering
from documents.services import papers

# Of a notice anybody may fetch the poster, whom no worker knows; it is drawn once for all.
DRAWN_AT_ONCE = {"publicity:notice_poster"}


def watch(monkeypatch) -> None:
    draw = rendering.draw

    def watched(*args: Any, **kwargs: Any) -> rendering.Drawn:
        asked = request_now.get()
        view = asked.resolver_match.view_name if asked is not None and asked.resolver_match else ""
        assert asked is None or view in DRAWN_AT_ONCE, f"{view} draws a PDF while somebody waits"
        return draw(*args, **kwargs)

    for module in (rendering, papers):
        monkeypatch.setattr(module, "draw", watched)
