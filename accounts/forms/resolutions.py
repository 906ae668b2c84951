"""The field by which a form of a binding decision names the resolution of the leading group it rests on."""

from collections.abc import Callable

from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.enums import ResolutionKind
from accounts.models import Resolution, ResolutionQuerySet


class ResolutionField(forms.ModelChoiceField[Resolution]):
    """Told apart by how they came about; the newest is chosen unless another one is."""

    def label_from_instance(self, resolution: Resolution) -> str:
        return gettext("%(how)s: %(title)s") % {"how": resolution.told, "title": resolution.title}


def ask_for_resolution(
    form: forms.BaseForm, kind: ResolutionKind, campaign: int | None, *, back: str, is_first: bool = True
) -> None:
    """Give the form its field `resolution`: the decided items of this kind that can still carry a decision.

    `campaign` is the key of the programme, None for what holds for every one. `back` is the form's page, to
    which whoever puts an item on record first is led back. `is_first`: above the other fields.
    """
    offered = Resolution.objects.to_rest_on(kind, campaign).select_related("meeting")
    form.fields["resolution"] = ResolutionField(
        label=_("Decided by the leading group"),
        queryset=offered,
        initial=_newest(offered),
        help_text=_help(kind, campaign, back),
        error_messages={
            "required": _("Name the resolution of the leading group that this rests on."),
            "invalid_choice": _("This resolution cannot carry the decision, or no longer; look at it again."),
        },
    )
    if is_first:
        form.order_fields(["resolution"])


def _newest(offered: ResolutionQuerySet) -> Callable[[], int | None]:
    """Asked only where the form is drawn."""
    return lambda: offered.values_list("pk", flat=True).first()


def _help(kind: ResolutionKind, campaign: int | None, back: str) -> SafeString:
    about = {"kind": kind.value, "back": back} | ({"programme": campaign} if campaign else {})
    url = reverse("sites:decision_note", query=about)
    told = gettext("Not among these? Put on record what a meeting decided, or have it decided first")
    return format_html('<a href="{}">{}</a>', url, told)
