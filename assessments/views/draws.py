"""Draws: seen before they are held, and afterwards with all that proves them."""

from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin, UserPassesTestMixin
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import ListView

from accounts.acting import carried_out
from accounts.enums import Role
from accounts.http import StaffRequest
from accounts.rules import require_office
from assessments.draw_page import DrawPage
from assessments.enums import DrawKind
from assessments.forms import BalancedForm, DrawForm, RandomForm
from assessments.models import Draw, Round
from assessments.services import draws
from sites.chosen import chosen_programme

from .pages import PAGE, form_page, visible_round

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
        readers = (*Role.CITY_WIDE, Role.AUDITOR)
        return self.request.user.is_authenticated and self.request.user.role in readers

    def get_queryset(self) -> QuerySet[Draw]:
        seen = Draw.objects.visible_to(self.request.user).select_related("round", "drawn_by")
        return seen.filter(round__programme=chosen_programme(self.request)).defer("conditions", "result")


@login_required
def draw_add(request: StaffRequest, pk: int, kind: str) -> HttpResponse:
    """The conditions; what they give; the draw is held only as it was seen."""
    shown = visible_round(request.user, pk)
    require_office(request.user)
    form = FORMS[kind](request.POST or None, round=shown)
    preview = _preview(form, shown, request) if form.is_valid() else None
    if preview and "confirm" in request.POST:
        held: list[Draw] = []
        if carried_out(form, lambda: held.append(_hold(form, shown, request))):
            return redirect(held[0])
    if preview and "change" not in request.POST:
        form.show(preview)
        page = DrawPage(preview.conditions, preview.result, form.cleaned_data["seed"], request.user)
        context = {"round": shown, "form": form, "page": page, "kind": DrawKind(kind)}
        status = 422 if form.errors else 200
        return render(request, "assessments/draw_preview.html", context, status=status)
    return form_page(
        request,
        form,
        title=str(TITLES[kind]),
        lead=_("Nothing is sent yet: you see what the seed gives, and hold the draw then."),
        submit_label=_("See the draw"),
        parent=shown.title,
        cancel_url=shown.get_absolute_url(),
    )


@login_required
def draw_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """What was drawn from, the seed, what came out; `?repeat` draws again and compares."""
    seen = Draw.objects.visible_to(request.user).select_related("round", "drawn_by")
    draw = get_object_or_404(seen, pk=pk)
    context = {
        "draw": draw,
        "page": DrawPage(draw.conditions, draw.result, draw.seed, request.user),
        "sees_round": Round.objects.visible_to(request.user).filter(pk=draw.round_id).exists(),
        "repeated": "repeat" in request.GET,
        "is_same": draws.is_repeatable(draw) if "repeat" in request.GET else None,
    }
    return render(request, "assessments/draw_detail.html", context)


def _preview(form: DrawForm, shown: Round, request: StaffRequest) -> draws.Preview | None:
    """What the choices give; None where nothing can be drawn, and the form says why."""
    found: list[draws.Preview] = []

    def look() -> None:
        seed, wanted = form.cleaned_data["seed"], form.wanted()
        found.append(draws.preview(round=shown, wanted=wanted, seed=seed, by=request.user))

    return found[0] if carried_out(form, look) else None


def _hold(form: DrawForm, shown: Round, request: StaffRequest) -> Draw:
    entered = form.cleaned_data
    return draws.hold(
        round=shown, wanted=form.wanted(), seed=entered["seed"], seen=entered["seen"], by=request.user
    )
