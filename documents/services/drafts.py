"""拟稿: what an act of two people would issue is rehearsed, kept, tried in print, remarked on and changed."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.enums import Role
from accounts.models import Motion, User
from accounts.rules import sees_city
from accounts.services import motions, notify
from core.acting import Refusal
from core.clock import pinned
from core.enums import FileState
from core.jobs import ANEW, Claim, send, send_after_commit, work_on
from core.uploads import Taken, flags_of
from documents.enums import DraftAct, DraftState
from documents.issuing import Head, Issuing, Key, default_head, head_of, surrounded
from documents.models import Document, Draft, DraftPaper, DraftRemark
from sites.calendar import today
from tables.tidy import tidy_prose

from . import trials

MOVED_ON = gettext_noop("Somebody was quicker: the draft is further on by now. Look at it again.")
READ_ANEW = gettext_noop("The draft was changed while you read it: read this one, then go on.")
# What a paper has of its own once it is issued: two drafts that differ in nothing else say the same.
_ITS_OWN = frozenset(("number", "issued_on", "verification_code", "verification_url", "signer", "draft"))


class StaleDraft(Refusal):
    """What would be issued is not what was read; it has been drawn up anew."""


def draw_up(motion: Motion) -> None:
    """The papers that an act just proposed would issue, for somebody to check; none: no draft."""
    around = rehearsed(motion, {})
    papers = around.papers
    if not papers:
        return
    draft = Draft.objects.create(
        motion=motion, programme=papers[0].programme, drawn_on=today(), drafted_by=motion.proposed_by
    )
    _write(draft, around)
    say(draft, DraftAct.DRAFTED, motion.proposed_by)
    motions.hold(motion)
    ask_for_check(draft)


def rehearsed(motion: Motion, heads: Mapping[Key, Head]) -> Issuing:
    """What it would issue today; raises what the act is refused with by now."""
    with surrounded(Issuing(heads=heads)) as around:
        motions.rehearse(motion)
    return around


def heads_of(draft: Draft) -> dict[Key, Head]:
    """What people filled in for each of its papers."""
    papers = draft.papers.prefetch_related("copies_more")
    return {(paper.kind, paper.title): head_of(paper) for paper in papers}


@transaction.atomic
def remark(*, draft: Draft, text: str, edited: Taken | None = None, by: User) -> None:
    """Anybody in the chain says something about it, with a copy they edited; nothing else changes."""
    held = hold(draft, by)
    said = say(held, DraftAct.REMARKED, by, given(text))
    if edited:
        said.edited, said.edited_name, said.edited_sha256 = edited, edited.name, edited.sha256
        said.edited_flags = flags_of(edited)
        said.save(update_fields=["edited", "edited_name", "edited_sha256", "edited_flags"])
    tell(held, gettext_noop("%(who)s remarked on the draft “%(title)s”."), by)


@transaction.atomic
def change(*, paper: DraftPaper, head: Head, by: User) -> None:
    """Change the free parts of a paper; it is checked anew. Raises what the paper cannot say (`issue`)."""
    held = hold(paper.draft, by)
    require_city(by)
    if paper.turn != held.turn:
        raise Refusal(_(READ_ANEW))
    heads = heads_of(held)
    heads[paper.kind, paper.title] = head
    draw_up_anew(held, heads)
    say(held, DraftAct.CHANGED, by, f"{paper.ordinal}. {paper.title}")
    tell(held, gettext_noop("%(who)s changed the draft “%(title)s”; it is to be checked."), by)


def draw_up_anew(draft: Draft, heads: Mapping[Key, Head]) -> None:
    """Begin a new turn, which nobody has checked or countersigned, of a draft that the caller holds."""
    around = rehearsed(draft.motion, heads)
    if draft.state != DraftState.RETURNED:
        draft.state = DraftState.CHECKING
    draft.turn, draft.checked_by, draft.drawn_on = draft.turn + 1, None, today()
    draft.save(update_fields=["turn", "state", "checked_by", "drawn_on"])
    draft.countersignatures.update(agrees=None, by=None, on=None)
    _write(draft, around)
    if not draft.motion.is_held:
        motions.hold(draft.motion)


@transaction.atomic
def moved_on(*, draft: Draft, turn: int, state: DraftState, by: User) -> str:
    """Why what was read is not what would be issued, once it is drawn up anew; "" where it is.

    `state` is the one in which this person decides upon it. A check holds where only days have moved with the
    calendar. Raises Refusal where somebody was quicker.
    """
    held = hold(draft, by)
    if held.state != state:
        raise Refusal(_(MOVED_ON))
    require_read(held, turn)
    heads = heads_of(held)
    if says_the_same(held, rehearsed(held.motion, heads).papers):
        return ""
    with pinned(held.drawn_on):
        checked_by = held.checked_by if says_the_same(held, rehearsed(held.motion, heads).papers) else None
    draw_up_anew(held, heads)
    say(held, DraftAct.DRAWN_ANEW, by)
    if checked_by is None:
        ask_for_check(held)
        return _("The records have changed since it was drawn up: it is drawn up anew, and to be checked.")
    held.checked_by, held.state = checked_by, DraftState.SIGNING
    held.save(update_fields=["checked_by", "state"])
    motions.release(held.motion)
    return _("The days in it have moved since it was drawn up: read the new draft, then sign it.")


def says_the_same(draft: Draft, papers: Iterable[Document]) -> bool:
    """Whether these papers say what the draft says."""
    drafted = [(paper.kind, paper.title, _said(paper.context)) for paper in draft.papers]
    return drafted == [(paper.kind, paper.title, _said(paper.context)) for paper in papers]


def _said(context: Mapping[str, Any]) -> str:
    said = {name: value for name, value in context.items() if name not in _ITS_OWN}
    return json.dumps(said, cls=Document._meta.get_field("context").encoder, sort_keys=True)


def _write(draft: Draft, around: Issuing) -> None:
    """Keep what was rehearsed, and have each paper made once on trial."""
    draft.sites.set(around.sites)
    for ordinal, paper in enumerate(around.papers, start=1):
        row = DraftPaper(
            draft=draft,
            turn=draft.turn,
            ordinal=ordinal,
            kind=paper.kind,
            series=paper.series,
            title=paper.title,
            note=paper.context["note"],
            print_run=paper.context["print_run"],
            openness=paper.openness,
            retention=paper.retention,
            printer=paper.context["printer"],
            asked_by=draft.drafted_by,
            on=draft.drawn_on,
        )
        row.context = trials.unnumbered(paper, row.draft_words)
        row.save()
        head = around.heads.get((paper.kind, paper.title))
        head = head or default_head(paper.kind, is_public=paper.is_public)
        row.copies_more.set(head.copies_more)
        send_after_commit(row)


# -- what every step of the chain does -------------------------------------------


def hold(draft: Draft, by: User) -> Draft:
    """The draft, locked, for somebody who sees it while it is open."""
    if not Draft.objects.visible_to(by).filter(pk=draft.pk).exists():
        raise PermissionDenied
    held = Draft.objects.select_for_update(of=("self",)).order_by("pk").get(pk=draft.pk)
    if not held.is_open:
        raise Refusal(_(MOVED_ON))
    return held


def require_city(by: User) -> None:
    """The office and the leading group draft, check and sign; another body only says whether it agrees."""
    if not sees_city(by):
        raise PermissionDenied


def require_read(draft: Draft, turn: int) -> None:
    """What somebody decides upon is the draft they have read."""
    if draft.turn != turn:
        raise Refusal(_(READ_ANEW))


def require_made(draft: Draft) -> None:
    """Each of its papers has been made once on trial, and all characters are there."""
    if any(not paper.is_made for paper in draft.papers):
        raise Refusal(_("Not all its papers have been made on trial yet, or one could not be: see below."))


def given(text: str) -> str:
    """What somebody wrote where words are needed."""
    if not (text := tidy_prose(text)):
        raise ValidationError({"text": _("Say what should be changed, or what is to be noted.")})
    return text


def say(draft: Draft, act: DraftAct, by: User, text: str = "") -> DraftRemark:
    return draft.remarks.create(turn=draft.turn, act=act, by=by, text=text)


def ask_for_check(draft: Draft) -> None:
    """Tell those of the office who may check it."""
    same = Draft.objects.filter(pk=draft.pk)
    able = [one for one in User.objects.active().filter(role=Role.OFFICE) if same.to_check(one).exists()]
    told = gettext_noop("The draft “%(title)s” is to be checked.")
    notify(able, text=told, about={"title": draft.motion.title}, url=draft.get_absolute_url())


def tell(draft: Draft, text: str, by: User) -> None:
    """Tell the others in its chain what somebody did."""
    chain = [one for one in (draft.drafted_by, draft.checked_by) if one and one != by]
    about = {"who": by, "title": draft.motion.title}
    notify(chain, text=text, about=about, url=draft.get_absolute_url())


# -- making ------------------------------------------------------------------------


def render_draft(paper_id: int) -> None:
    """Make the file of a paper of a draft. Safe to run twice or at once."""
    work_on(DraftPaper, paper_id, _try)


def _try(claim: Claim[DraftPaper]) -> None:
    """Print it; who drafted it is told what stops it, as nobody can check it so."""
    try:
        trials.make(claim)
    except ValidationError:
        draft = claim.job.draft
        told = gettext_noop("The draft “%(title)s” could not be printed on trial: its page says why.")
        about = {"title": draft.motion.title}
        notify([draft.drafted_by], text=told, about=about, url=draft.get_absolute_url())
        raise


def retry(*, paper: DraftPaper) -> bool:
    """Have a file made again that failed or is kept no longer; False when it waits for the broker."""
    again = DraftPaper.objects.filter(pk=paper.pk, state__in=(FileState.FAILED, FileState.DELETED))
    again.update(state=FileState.QUEUED, **ANEW)
    return send(paper)
