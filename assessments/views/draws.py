"""Draws: on record once drawn, with all that proves them; then held, or abandoned with a reason."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin, UserPassesTestMixin
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_POST
from django.views.generic import ListView

from accounts.http import StaffRequest
from accounts.rules import require_office
from assessments.enums import DrawKind
from assessments.forms import AbandonForm, BalancedForm, DrawForm, RandomForm
from assessments.models import Draw, Round
from assessments.pages.draw import DrawPage
from assessments.rules import reads_draws, runs_rounds
from assessments.services import draws
from core.acting import attempt, carried_out
from sites.chosen import chosen_programme

from .pages import PAGE, form_page, nobody_free, visible_round

FORMS: dict[str, type[DrawForm]] = {DrawKind.BALANCED: BalancedForm, DrawKind.RANDOM: RandomForm}
TITLES: dict[str, Promise] = {
    DrawKind.BALANCED: gettext_lazy("Spread sites evenly"),
    DrawKind.RANDOM: gettext_lazy("Draw teams and sites"),
}


class DrawList(LoginRequiredMixin, UserPassesTestMixin, ListView[Draw]):
    """The draws of a programme's rounds, for those who run them, decide, or look into them."""

    template_name = "assessments/draw_list.html"
    paginate_by = PAGE
    request: StaffRequest

    def test_func(self) -> bool:
        return self.request.user.is_authenticated and reads_draws(self.request.user)

    def get_queryset(self) -> QuerySet[Draw]:
        seen = Draw.objects.visible_to(self.request.user).with_people()
        return seen.filter(round__programme=chosen_programme(self.request)).defer("conditions", "result")


@login_required
def draw_add(request: StaffRequest, pk: int, kind: str) -> HttpResponse:
    """The conditions; what they give is on record before it is seen. One draw of a round waits at a time."""
    shown = visible_round(request.user, pk)
    require_office(request.user)
    if waiting := shown.draws.waiting().first():
        messages.warning(request, _("A draw of this round still waits: hold it, or abandon it, first."))
        return redirect(waiting)
    if kind == DrawKind.RANDOM and (page := nobody_free(request, shown, title=str(TITLES[kind]))):
        return page
    form, drawn = FORMS[kind](request.POST or None, round=shown), list[Draw]()
    if form.is_valid() and carried_out(
        form, lambda: drawn.append(draws.draw(round=shown, wanted=form.wanted(), by=request.user))
    ):
        return redirect(drawn[0])
    return form_page(
        request,
        form,
        title=str(TITLES[kind]),
        lead=_(
            "The portal makes the seed and puts the draw on record before anybody sees it. Nothing is sent "
            "yet: you hold it then, or abandon it with a reason that stays on record too."
        ),
        submit_label=pgettext("button", "Draw"),
        parent=shown.title,
        cancel_url=shown.get_absolute_url(),
        free_by_unit=draws.free_by_unit(shown) if form.errors else (),
    )


@login_required
def draw_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """What was drawn from, the seed, what came out; `?repeat` draws again and compares."""
    draw = get_object_or_404(Draw.objects.visible_to(request.user).with_people(), pk=pk)
    context = {
        "draw": draw,
        "page": DrawPage(draw.conditions, draw.result, draw.seed, request.user),
        "abandoned": draw.abandoned_before().with_people(),
        "may_settle": draw.is_waiting and runs_rounds(request.user),
        "sees_round": Round.objects.visible_to(request.user).filter(pk=draw.round_id).exists(),
        "repeated": "repeat" in request.GET,
        "is_same": draws.is_repeatable(draw) if "repeat" in request.GET else None,
    }
    return render(request, "assessments/draw_detail.html", context)


@login_required
@require_POST
def draw_hold(request: StaffRequest, pk: int) -> HttpResponse:
    draw = get_object_or_404(Draw.objects.visible_to(request.user).with_people(), pk=pk)
    held = _("The draw is held: the teams are sent and told.")
    attempt(request, lambda: draws.hold(draw=draw, by=request.user), success=held)
    return redirect(draw)


@login_required
def draw_abandon(request: StaffRequest, pk: int) -> HttpResponse:
    """Why a draw is not held."""
    draw = get_object_or_404(Draw.objects.visible_to(request.user).with_people(), pk=pk)
    require_office(request.user)
    form = AbandonForm(request.POST or None)
    if form.is_valid() and carried_out(
        form, lambda: draws.abandon(draw=draw, by=request.user, **form.cleaned_data)
    ):
        messages.success(request, _("The draw is abandoned; it stays on record with its reason."))
        return redirect(draw)
    return form_page(
        request,
        form,
        title=_("Abandon the draw"),
        lead=_(
            "It is not held and stays on record; every later draw of the round says that there was this one."
        ),
        submit_label=_("Abandon it"),
        parent=str(draw),
        cancel_url=draw.get_absolute_url(),
        danger=True,
    )
