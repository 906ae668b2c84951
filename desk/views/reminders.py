"""How the office reminds of dates: its rules, and what went out lately."""

import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import StaffRequest
from accounts.rules import is_office, require_city, require_office
from core.acting import attempt, carried_out
from desk.models import Reminder, ReminderRule
from desk.reminders import by_hand
from desk.reminders.forms import ReminderRuleForm, RemindForm
from desk.reminders.services import change_rule
from desk.reminders.texts import filled
from sites.calendar import today
from sites.chosen import running_programme

PAGE = 50


@login_required
@require_safe
def reminders(request: StaffRequest) -> HttpResponse:
    """Each kind's rule with its lines as they would read, and the log."""
    require_city(request.user)
    sent = Reminder.objects.visible_to(request.user).sent().select_related("by")
    page = Paginator(sent, PAGE).get_page(request.GET.get("page"))
    context = {
        "rules": [(rule, *examples(rule)) for rule in ReminderRule.objects.all()],
        "page_obj": page,
        "may_change": is_office(request.user),
    }
    return render(request, "desk/reminder_list.html", context)


@login_required
@require_POST
def remind_by_hand(request: StaffRequest) -> HttpResponse:
    """Remind of the things that a list showed as late or close, and go back to it."""
    form = RemindForm(request.POST)
    if not form.is_valid():
        return redirect("desk:deadlines")
    asked = {"things": form.cleaned_data["thing"], "programme": running_programme(request)}
    attempt(
        request,
        lambda: by_hand.remind(**asked, by=request.user),
        success=_("Those who have to act find the reminder at their desks."),
    )
    return redirect(form.cleaned_data["back"])


@login_required
@require_http_methods(["GET", "POST"])
def reminder_rule(request: StaffRequest, kind: str) -> HttpResponse:
    """Change one kind's rule; `preview` only shows how its lines would read."""
    rule = get_object_or_404(ReminderRule, kind=kind)
    require_office(request.user)
    form = ReminderRuleForm(request.POST or None, instance=rule)
    if (
        form.is_valid()
        and "preview" not in request.POST
        and carried_out(form, lambda: change_rule(rule=rule, values=form.cleaned_data, by=request.user))
    ):
        messages.success(request, _("The reminders are changed, from the next hour on."))
        return redirect("desk:reminders")
    status = 422 if form.errors else 200
    context = {"form": form, "rule": rule, "examples": examples(rule) if not form.errors else ()}
    return render(request, "desk/reminder_rule.html", context, status=status)


def examples(rule: ReminderRule) -> tuple[str, str]:
    """The lines before and after the date, with sample values; empty where there is none."""
    words = {"about": _("Sample window"), "what": rule.get_kind_display(), "days": 3}
    week = datetime.timedelta(days=7)
    before = filled(rule.text, {**words, "due": date_format(today() + week)})
    return before, filled(rule.late_text, {**words, "due": date_format(today() - week)})
