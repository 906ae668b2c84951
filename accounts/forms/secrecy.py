"""保密审查: one form for all that a review is about."""

from collections.abc import Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.enums import SecrecyGround, SecrecyState
from accounts.models import SecrecySubject
from accounts.publishing import Part, digest
from accounts.services.secrecy import Said
from core.forms import Form

Read = Sequence[tuple[SecrecySubject, Sequence[Part]]]


class SecrecyForm(Form):
    """What a reviewer says, and beside each part why it must not go out, where it must not."""

    state = forms.ChoiceField(
        label=_("What you conclude"),
        choices=[choice for choice in SecrecyState.choices if choice[0] in SecrecyState.SAID],
        widget=forms.RadioSelect,
    )
    ground = forms.ChoiceField(
        label=_("Ground"), choices=SecrecyGround.choices, initial=SecrecyGround.NOTHING
    )
    words = forms.CharField(
        label=_("In your own words"),
        required=False,
        max_length=1000,
        help_text=_("Needed with every ground but the first."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, read: Read, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.read = read
        self.helper = FormHelper()
        self.helper.layout = Layout("state", "ground", "words", "seen")
        self.fields["seen"].initial = " ".join(f"{subject.record}:{digest(parts)}" for subject, parts in read)
        for subject, parts in read:
            for place in range(len(parts)):
                self.fields[_name(subject, place)] = forms.CharField(
                    label=_("Held back because"), required=False, max_length=200
                )

    def rows(self) -> list[tuple[SecrecySubject, list[tuple[Part, forms.BoundField]]]]:
        """Each record with its parts, and the field of each part."""
        return [
            (subject, [(part, self[_name(subject, place)]) for place, part in enumerate(parts)])
            for subject, parts in self.read
        ]

    def said(self) -> Said:
        words = self.cleaned_data
        pairs = (pair.split(":", 1) for pair in words["seen"].split() if ":" in pair)
        return Said(
            state=SecrecyState(words["state"]),
            ground=SecrecyGround(words["ground"]),
            words=words["words"],
            held={
                (subject.pk, place): words[_name(subject, place)]
                for subject, parts in self.read
                for place in range(len(parts))
            },
            seen={int(record): seen for record, seen in pairs if record.isascii() and record.isdigit()},
        )


def _name(subject: SecrecySubject, place: int) -> str:
    return f"held-{subject.pk}-{place}"
