"""Which organisations use the results."""

from typing import Any

from django import forms

from accounts.models import Organisation
from assessments.enums import ResultUse
from assessments.models import ResultOffice
from core.changes import ChangeForm


class ResultOfficesForm(ChangeForm):
    """One organisation for each use; one may have several."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        named = {office.use: office.organisation_id for office in ResultOffice.objects.all()}
        kwargs["initial"] = named
        super().__init__(*args, **kwargs)
        for use in ResultUse:
            self.fields[use.value] = forms.ModelChoiceField(
                Organisation.objects.filter(is_active=True, district=None), label=use.label, required=False
            )
