"""`seed_demo`: the demo campaign, made once, as people would make it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from desk.demo import lists, means, plans, rounds, standards
from desk.demo.cast import make_cast
from sites.calendar import pinned
from sites.models import Programme


class Command(BaseCommand):
    help = "Fill an empty portal with the demo campaign (20 May 2008); the second time it does nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        programme = Programme.objects.current()
        if programme is None:
            raise CommandError("Load the plan first: manage.py load_plan")
        if programme.filings.exists():
            self.stdout.write("The campaign has begun already; the demo is left out.")
            return
        with transaction.atomic():
            tell(programme)
        self.stdout.write(
            f"Demo campaign: {programme.sites.count()} sites, {programme.documents.count()} papers."
        )


def tell(programme: Programme) -> None:
    """The whole story. Of the 21 sites that were determined, each group stops one stage further."""
    cast = make_cast()
    lists.file_lists(programme, cast)
    sites = lists.determined(programme)
    take = iter(sites)

    def group(count: int) -> list[Any]:
        return [next(take) for _ in range(count)]

    named, on_notice, accepted, failing = group(5), group(2), group(1), group(1)
    rectified, rectifying, inspected, answering = group(2), group(2), group(2), group(2)
    plan_waits, no_plan = group(1), list(take)

    agreed = [site for site in sites if site not in [*plan_waits, *no_plan]]
    plans.agree_plans(agreed, cast, behind=len(answering))
    for site in plan_waits:
        plans.file_plan(site, cast)
    plans.agree_district_plans(programme, cast)
    plans.hand_over(agreed[0], cast)
    means.advise_and_equip(sites[:12], cast)
    opened = rounds.open_rounds(programme, cast)

    for site, items in zip(answering, (12, 30), strict=True):
        rounds.answer_self_sheet(site, cast, items=items)
    for site in [*named, *on_notice, *accepted, *failing, *rectified, *rectifying, *inspected]:
        rounds.submit_self_sheet(site, cast)
    for number, site in enumerate(inspected):
        assessment = rounds.assign(site, opened.teams, cast, "2008-04-28")
        leader = assessment.assignment.team.leader
        with pinned(lists.on("2008-04-29")):
            rounds.fill_visit(assessment, leader, weak_every=9, items=None if number else 10)
    past_inspection = [*named, *on_notice, *accepted, *failing, *rectified, *rectifying]
    for site in past_inspection:
        rounds.inspect(site, opened, cast, weak_every=5 if site in failing else 11)
    for site in past_inspection:
        rounds.rectify(site, cast, close=site not in rectifying)
    rounds.accept([*named, *on_notice, *accepted], failing[0], programme, cast)
    first = rounds.announce(named, programme, cast, "2008-05-06")
    rounds.name(first, named[:4], cast)
    rounds.warn(named[0], cast)
    rounds.announce(on_notice, programme, cast, "2008-05-15")
    lists.extend_phases(programme, cast)
    standards.draft_with_examples(cast)
