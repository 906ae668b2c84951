"""Naming a deputy, for oneself or for somebody whose account one manages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import services
from accounts.models import User
from core.forms import DateInput, Form, TidyField, choose_from

from .people import PersonField


class DeputyForm(Form):
    """Who stands in, from which day to which, and why."""

    deputy = PersonField(
        label=_("Deputy"),
        queryset=User.objects.none(),
        help_text=_(
            "Active people of the same role; for liaisons and district offices, of the same organisation. "
            "A team's leader chooses somebody of the team: nobody else leads it."
        ),
    )
    first_on = forms.DateField(label=_("First day"), widget=DateInput())
    last_on = forms.DateField(label=_("Last day"), widget=DateInput(), help_text=_("Included."))
    reason = TidyField(label=_("Reason"), max_length=300, help_text=_("It stays on record."))

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "deputy", services.successors(person))
