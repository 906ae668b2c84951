"""Pictures and attachments of an article: added, captioned, taken off; none is deleted."""

from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rules import is_office
from assessments.services.evidence import check_number
from assessments.services.storing import store_kept
from core.locks import change_once
from core.uploads import Taken
from publicity.enums import ArticleState
from publicity.models import Article, ArticleFile
from sites.calendar import today
from sites.workflow import InvalidTransition
from tables.tidy import tidy_prose

from .article_rights import check_edit, locked

CAPTION_LENGTH = 100


def add_files(article: Article, taken: Sequence[Taken]) -> None:
    """Keep new files within `files_with_rows`; one that is there already is not kept twice, one that was
    taken off stands again. Raises ValidationError (`files`) where the article would have too many.
    """
    on_record = {file.sha256: file for file in article.files.all()}
    new = [file for file in taken if file.sha256 not in on_record]
    again = [on_record[file.sha256] for file in taken if file.sha256 in on_record]
    check_number([*article.files.standing(), *new, *(file for file in again if file.removed_on)])
    for file in again:
        if file.removed_on:
            file.removed_on = None
            file.save(update_fields=["removed_on"])
    for each in new:
        store_kept(ArticleFile(article=article), each)


@transaction.atomic
def caption(*, article: Article, captions: Mapping[int, str], by: User) -> None:
    """Say what the files show, by their keys; a picture's caption is what those read who cannot see it."""
    current = locked(article, by)
    check_edit(current, by)
    current.writers.add(by)
    for file in current.files.standing():
        words = tidy_prose(captions.get(file.pk, file.caption))
        if len(words) > CAPTION_LENGTH:
            told = _("%(name)s: the caption has more than %(n)d characters.")
            raise ValidationError(told % {"name": file.name, "n": CAPTION_LENGTH})
        if words != file.caption:
            file.caption = words
            file.save(update_fields=["caption"])


@transaction.atomic
def take_off(*, file: ArticleFile, by: User) -> None:
    """The file leaves the article; it stays on record at the desk.

    From a published one the office takes it off at once: nothing new goes out by that.
    """
    current = locked(file.article, by)
    if not (is_office(by) and current.state == ArticleState.PUBLISHED):
        check_edit(current, by)
    if not change_once(current.files.standing().filter(pk=file.pk), removed_on=today()):
        raise InvalidTransition(_("This file was taken off before."))
    if current.state == ArticleState.PUBLISHED:
        current.corrected_on = today()
        current.save(update_fields=["corrected_on"])


def copy_files(article: Article, correction: Article) -> None:
    """A correction begins with the files of its article: rows of its own over what is stored once."""
    for file in article.files.standing():
        file.pk, file.article = None, correction
        file._state.adding = True
        file.save()


def carry_files(correction: Article, article: Article) -> None:
    """The article has the correction's files now; what the correction took off stays on record."""
    before = {file.sha256: file for file in article.files.all()}
    for file in correction.files.standing():
        known = before.pop(file.sha256, None)
        if known is None:
            file.article = article
            file.save(update_fields=["article"])
        elif (known.caption, known.removed_on) != (file.caption, None):
            known.caption, known.removed_on = file.caption, None
            known.save(update_fields=["caption", "removed_on"])
    for file in before.values():
        if not file.removed_on:
            file.removed_on = today()
            file.save(update_fields=["removed_on"])
