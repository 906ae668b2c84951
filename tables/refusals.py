"""Why a file is not taken for what is in it."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


def damaged() -> ValidationError:
    return ValidationError(_("The file is damaged: save it again and upload it."))


def locked() -> ValidationError:
    return ValidationError(_("The file is protected by a password; remove the password and upload it again."))


def macros() -> ValidationError:
    return ValidationError(
        _("The file holds macros, which are not taken; save it as PDF or without macros and upload that.")
    )


def runs() -> ValidationError:
    return ValidationError(
        _(
            "The file holds something that runs when it is opened, which is not taken; "
            "print it to a new PDF and upload that."
        )
    )


def holds_files() -> ValidationError:
    return ValidationError(
        _("Other files are embedded in this one; take them out and upload each by itself.")
    )


def asks_elsewhere() -> ValidationError:
    return ValidationError(
        _(
            "The file fetches a part of itself from elsewhere when it is opened, which is not taken; "
            "save it as PDF and upload that."
        )
    )


def unpacks_to_too_much() -> ValidationError:
    return ValidationError(
        _("Unpacked, the file would be far larger than any document; save it as PDF and upload that.")
    )
