"""Which version of the rulebook another one is laid beside."""

from collections.abc import Iterable
from typing import Any

from django import forms

from core.forms import Form, offer


class AgainstForm(Form):
    """Read from the address; empty: the version before."""

    against = forms.TypedChoiceField(coerce=int, required=False, empty_value=None)

    def __init__(self, *args: Any, versions: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "against", [("", ""), *((str(number), str(number)) for number in versions)])
