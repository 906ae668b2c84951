"""How long a password must be, said in the reader's language: Django's own words are not translated."""

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import ngettext


class LongEnough(MinimumLengthValidator):
    def get_error_message(self) -> str:
        told = ngettext(
            "The password needs at least %(n)d character.",
            "The password needs at least %(n)d characters.",
            self.min_length,
        )
        return told % {"n": self.min_length}

    def get_help_text(self) -> str:
        return self.get_error_message()
