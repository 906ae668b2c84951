"""What forms of every room are made of."""

from django import forms


class DateInput(forms.DateInput):
    """The browser's own date field; it speaks ISO whatever the language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")
