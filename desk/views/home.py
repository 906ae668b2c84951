"""What waits for me and for those I answer for, and what I was told."""

from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST
from django.views.generic import ListView

from accounts.http import StaffRequest
from accounts.models import Notification
from accounts.rules import is_auditor, is_office, is_security_administrator, is_system_administrator
from desk.setting_up import setting_up
from desk.todo import work_of

TODOS_SHOWN = 20


@login_required
def home(request: StaffRequest) -> HttpResponse:
    """What waits for me and for others, and what I was told since I last looked."""
    if is_auditor(request.user):
        return redirect("desk:trail")
    work = work_of(request, request.user)
    found = Paginator(work.todos, TODOS_SHOWN)
    context = {
        "setting_up": setting_up(work.running) if is_office(request.user) else [],
        "page_obj": found.get_page(request.GET.get("page")),
        "opens_accounts": is_system_administrator(request.user),
        "gives_rights": is_security_administrator(request.user),
        "notifications": Notification.objects.visible_to(request.user).unread()[:20],
    }
    return render(request, "desk/home.html", context)


class NotificationList(LoginRequiredMixin, ListView[Notification]):
    """Everything I was told, the newest first."""

    template_name = "desk/notification_list.html"
    context_object_name = "notifications"
    paginate_by = 50
    request: StaffRequest

    def get_queryset(self) -> QuerySet[Notification]:
        return Notification.objects.visible_to(self.request.user)


@login_required
@require_POST
def notifications_read(request: StaffRequest) -> HttpResponse:
    """Mark everything I was told as read."""
    Notification.objects.visible_to(request.user).unread().update(read_at=timezone.now())
    return redirect("desk:home")
