"""Files that people attach to what they write: how many, and how they are kept."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assessments.services.storing import store_taken
from core.kept_files import as_kept
from core.uploads import LETTER, NewFiles, sift
from publicity.models import Enquiry, EnquiryFile, Objection, ObjectionFile
from tables.uploads import clean_name

# Attachments of one letter.
MOST_FILES = 5


def keep(letter: Objection | Enquiry, files: NewFiles) -> list[str]:
    """Keep attachments of a letter that is held; gives a line for each that is not kept, with why."""
    sifted = sift(files[:MOST_FILES], LETTER)
    on_file = set(letter.files.values_list("sha256", flat=True))
    new = [taken for taken in sifted.taken if taken.sha256 not in on_file]
    room = MOST_FILES - len(on_file)
    for taken in new[:room]:
        file = (
            ObjectionFile(objection=letter) if isinstance(letter, Objection) else EnquiryFile(enquiry=letter)
        )
        file.name, file.content_type, file.size = taken.name, taken.content_type, taken.size
        file.sha256, file.flags = taken.sha256, as_kept(taken.flags)
        store_taken(file.file, taken)
        file.save()
    left = [taken.name for taken in new[room:]] + [clean_name(file.name) for file in files[MOST_FILES:]]
    colon = pgettext("between a label and its text", ": ")
    told = colon + _("not kept, a letter takes at most %(n)d files.") % {"n": MOST_FILES}
    return sifted.refused + [name + told for name in left]
