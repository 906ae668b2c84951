"""Messages that leave the portal: the office sees, releases and discards them."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin, UserPassesTestMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.generic import ListView

from accounts.channels import channels
from accounts.forms.messages import MessageFilter, MessagesForm
from accounts.http import StaffRequest
from accounts.models import Message, MessageQuerySet
from accounts.rules import is_office
from core.acting import carried_out


class MessageList(LoginRequiredMixin, UserPassesTestMixin, ListView[Message]):
    """All that the reader may know of, newest first; a POST acts on those ticked."""

    template_name = "people/message_list.html"
    paginate_by = 50
    request: StaffRequest

    def test_func(self) -> bool:
        return is_office(self.request.user)

    def get_queryset(self) -> MessageQuerySet:
        self.filter = MessageFilter(self.request.GET)
        found = Message.objects.visible_to(self.request.user)
        return self.filter.narrow(found.select_related("user__organisation", "released_by", "discarded_by"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", MessagesForm(reader=self.request.user))
        context = super().get_context_data(filter=self.filter, **kwargs)
        found = channels()
        context["channels_off"] = [channel.label for channel in found.values() if not channel.is_on()]
        labels = {key: channel.label for key, channel in found.items()}
        shown = context["page_obj"]
        context["rows"] = [(each, labels.get(each.channel, each.channel)) for each in shown]
        context["states"] = {each.state for each in shown}
        context["may_act"] = any(each.is_stoppable for each in shown)
        return context

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do it and show the list as it was filtered, from its first page: the page may have become empty."""
        form = MessagesForm(request.POST, reader=self.request.user)
        done: list[str] = []
        if form.is_valid() and carried_out(form, lambda: done.append(form.save())):
            messages.success(request, done[0])
            kept = request.GET.copy()
            kept.pop("page", None)
            return redirect(f"{request.path}?{kept.urlencode()}")
        self.object_list = self.get_queryset()
        return self.render_to_response(self.get_context_data(form=form), status=422)
