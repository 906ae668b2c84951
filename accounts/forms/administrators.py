"""Which administrator somebody is to be."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import User
from core.forms import Form, offer


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

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {role: str(Role(role).label) for role in Role.ADMINISTRATORS} | {"": gettext("none")}
        offer(self, "role", [(role, label) for role, label in labels.items() if role != person.role])
