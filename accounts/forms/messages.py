"""Messages that leave the portal: what their list can be narrowed by, and what is done with those chosen."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import services
from accounts.enums import MessageState
from accounts.models import Message, MessageQuerySet, User
from core.forms import ALL, Form, RecordsField, TidyField, choose_from


class MessageFilter(Form):
    """Search and state; what is wrong is ignored, never an error page."""

    q = forms.CharField(label=gettext_lazy("Recipient or address"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=gettext_lazy("State"), required=False, choices=[ALL, *MessageState.choices]
    )

    def narrow(self, messages: MessageQuerySet) -> MessageQuerySet:
        self.is_valid()
        if text := self.cleaned_data.get("q"):
            messages = messages.filter(
                Q(user__name__icontains=text)
                | Q(user__organisation__name__icontains=text)
                | Q(address__icontains=text)
            )
        if state := self.cleaned_data.get("state"):
            messages = messages.filter(state=state)
        return messages


class MessagesForm(Form):
    """Messages ticked on a page of the list, or all that it showed, and what becomes of them."""

    ACTS = ("release", "release_shown", "send_again", "discard")

    chosen = RecordsField(
        label=gettext_lazy("Messages"),
        required=False,
        queryset=Message.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    shown = RecordsField(required=False, queryset=Message.objects.none(), widget=forms.MultipleHiddenInput)
    act = forms.ChoiceField(choices=[(act, act) for act in ACTS], widget=forms.HiddenInput)
    reason = TidyField(
        label=gettext_lazy("Reason for discarding"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Only where messages are discarded. It stays on record."),
    )

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reader = reader
        for name in ("chosen", "shown"):
            choose_from(self, name, Message.objects.visible_to(reader))
        self.helper = FormHelper()
        rows = HTML('{% include "people/_message_rows.html" %}')
        self.helper.layout = Layout(rows, Div("reason", css_class="form-shell"))

    def clean(self) -> dict[str, Any]:
        act = self.cleaned_data.get("act")
        if "chosen" in self.cleaned_data and act != "release_shown" and not self.cleaned_data["chosen"]:
            raise ValidationError({"chosen": _("Tick the messages this is about.")})
        return self.cleaned_data

    def ticked(self) -> list[str]:
        """The keys ticked before the form came back with an error."""
        found: list[str] = self["chosen"].value() or []
        return [str(key) for key in found]

    def save(self) -> str:
        """Do it, and say what was done."""
        act, chosen, by = self.cleaned_data["act"], self.cleaned_data["chosen"], self.reader
        if act == "discard":
            n = services.discard(messages=chosen, reason=self.cleaned_data["reason"], by=by)
            return ngettext("%(n)d message is discarded.", "%(n)d messages are discarded.", n) % {"n": n}
        if act == "send_again":
            n = services.send_again(messages=chosen, by=by)
            return ngettext("%(n)d message is sent again.", "%(n)d messages are sent again.", n) % {"n": n}
        n = services.release(messages=self.cleaned_data["shown"] if act == "release_shown" else chosen, by=by)
        return ngettext("%(n)d message is released.", "%(n)d messages are released.", n) % {"n": n}
