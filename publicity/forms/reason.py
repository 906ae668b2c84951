"""The reason a step needs."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core import forms


class ReasonForm(forms.ReasonForm):
    """For steps the public reads about."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _("The public page shows it.")
