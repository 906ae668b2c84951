"""Which role somebody is to be given by two people."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import User
from accounts.rules import may_give_by_two
from core.forms import Form, offer


class AppointForm(Form):
    """A role that two people give, of those that `by` may propose."""

    role = forms.ChoiceField(
        label=_("New role"),
        help_text=_("It holds once the leading group or a security administrator has agreed."),
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, person: User, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        able = [role for role in Role.GIVEN_BY_TWO if may_give_by_two(by, role) and role != person.role]
        offer(self, "role", [(role, str(Role(role).label)) for role in able])


class AdministratorForm(Form):
    """One of the three, or none any more."""

    role = forms.ChoiceField(
        label=_("New role"),
        help_text=_(
            "Each administrator has one of the three and no part in the campaign. It holds once another "
            "security administrator has agreed."
        ),
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, person: User, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {role: str(Role(role).label) for role in Role.ADMINISTRATORS} | {"": gettext("none")}
        offer(self, "role", [(role, label) for role, label in labels.items() if role != person.role])
