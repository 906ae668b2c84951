"""`seed_demo`: the demo campaign, made once, as people would make it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.enums import ResolutionKind
from accounts.models import Resolution
from accounts.services.meetings import Item
from audit.sealing import seal_trail
from desk.demo import (
    appraisals,
    enquiries,
    experience,
    instructions,
    lists,
    means,
    meetings,
    objections,
    outlets,
    own_checks,
    plans,
    practice,
    proofs,
    receipts,
    results,
    rounds,
    rulebook,
    standards,
    tracking,
    upward,
)
from desk.demo.cast import SAMPLE, Cast, make_cast
from desk.reminders.services import remind_all
from sites.calendar import pinned
from sites.models import Programme, Site


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
        seal_trail()
        self.stdout.write(
            f"Demo campaign: {programme.sites.count()} sites, {programme.documents.count()} papers."
        )


def tell(programme: Programme) -> None:
    """The whole story. Of the 21 sites that were determined, each group stops one stage further."""
    cast = make_cast()
    lists.file_lists(programme, cast)
    rulebook.bring_out(programme, cast)
    lists.determine(programme, cast.leader, _lists_decided(programme, cast))
    sites = lists.determined(programme)
    take = iter(sites)

    def group(count: int) -> list[Any]:
        return [next(take) for _ in range(count)]

    named, on_notice, accepted, failing = group(5), group(2), group(1), group(1)
    rectified, rectifying, heard, inspected, deliberating = group(2), group(2), group(1), group(2), group(1)
    answering, plan_waits, no_plan = group(2), group(1), list(take)

    agreed = [site for site in sites if site not in [*plan_waits, *no_plan]]
    _build(sites, agreed, plan_waits, len(answering), cast)
    opened = rounds.open_rounds(programme, cast)

    noticed = [*named, *on_notice, *accepted, *failing, *rectified, *rectifying]
    submitting = [*noticed, *heard, *inspected, *deliberating]
    proofs.show_boards([*submitting, *answering], cast)
    proofs.borrow(inspected, [named[0], rectified[0]], cast)
    proofs.file_doubtful(answering[0], cast)
    proofs.file_links(answering[0], cast)
    for site, items in zip(answering, (12, 30), strict=True):
        rounds.answer_self_sheet(site, cast, items=items)
    for site in submitting:
        rounds.submit_self_sheet(site, cast)
    sent = rounds.send(opened.inspection, [*noticed, *heard], cast, ("2008-04-02", "2008-04-08"))
    _visit_half(inspected, deliberating, opened, cast)
    for site in [*noticed, *heard]:
        disputed = 2 if site in heard else 0
        rounds.inspect(site, sent[site.pk], weak_every=5 if site in failing else 11, disputed=disputed)
        rounds.hear(site, cast, to_the_end=site not in heard)
    practice.release(sent[named[0].pk].sheets.get(role="final"), cast)
    for site in noticed:
        rounds.rectify(site, cast, close=site not in rectifying, is_confirmed=site != rectifying[-1])
    examined = [*named, *on_notice, *accepted]
    rounds.examine(examined, failing[0], programme, cast)
    rounds.accept(examined, failing[0], _results_decided(programme, cast), cast)
    appraisals.leave_open(rectified, cast)
    _name_and_track(named, programme, cast)
    second = rounds.announce(
        on_notice, programme, cast, "2008-05-15", forms=("newspaper", "broadcast", "board")
    )
    outlets.begin(second, cast, "2008-05-16")
    objections.waiting(second, on_notice[0], cast)
    enquiries.publish_what_is_asked_often(cast)
    enquiries.come_in(programme, accepted[0], on_notice[0].organisation, cast)
    experience.tell(named[2], [*accepted, rectified[0]], rectified[1], cast)
    experience.commend(named[2:4], cast)
    rounds.report(opened.inspection, cast)
    instructions.give(programme, failing[0], cast)
    upward.report_on_building(programme, cast)
    standards.draft_sharper_examples(cast)
    rulebook.draft_the_next(cast)
    receipts.follow_up(programme, cast)
    meetings.look_ahead(programme, cast)
    with pinned(lists.on("2008-05-20")):
        remind_all()


def _build(sites: list[Site], agreed: list[Site], waiting: list[Site], behind: int, cast: Cast) -> None:
    """Work plans, the report on the first phase, and what was done for the sites."""
    programme = sites[0].programme
    plans.agree_plans(agreed, cast, behind=behind)
    for site in waiting:
        plans.file_plan(site, cast)
    plans.agree_district_plans(programme, cast)
    upward.report_on_lists(programme, cast)
    plans.hand_over(agreed[0], cast)
    own_checks.tell(programme, cast)
    means.advise_and_equip(sites[:12], cast)
    means.look_into(sites[0], cast)


def _name_and_track(sites: list[Site], programme: Programme, cast: Cast) -> None:
    """From the first notice to the naming, and what followed it; at the last site an objection was upheld."""
    first = rounds.announce(sites, programme, cast, "2008-05-06", forms=("newspaper", "board"))
    outlets.make_known(first, cast, board_on="2008-05-06", paper_on="2008-05-07")
    objections.answered(first, sites[3], sites[4], cast)
    naming = Item(ResolutionKind.NAMING, f"命名首批示范点{SAMPLE}", f"公示期满，拟命名4个示范点{SAMPLE}。")
    rounds.name(first, sites[:4], meetings.send_round(programme, cast, "2008-05-14", naming), cast)
    objections.late(first, sites[3], cast)
    results.use_results(programme, cast)
    tracking.warn_and_restore(sites[1], _warning_decided(programme, cast, "2008-05-15", sites[1]), cast)
    tracking.hand_over_plaques(sites[:3], cast)
    tracking.warn(sites[0], _warning_decided(programme, cast, "2008-05-19", sites[0]), cast)
    tracking.draw_the_share(programme, cast)


def _lists_decided(programme: Programme, cast: Cast) -> Resolution:
    text = f"各区和有关单位上报的名单，办公室已经初审，拟同意{SAMPLE}。"
    return meetings.meet(
        programme,
        cast,
        called="2008-01-17",
        day="2008-01-21",
        confirmed="2008-01-22",
        item=Item(ResolutionKind.DETERMINATION, f"审定首批示范点名单{SAMPLE}", text),
        outcome=f"同意办公室的初审意见，各示范点要尽快制定具体工作方案{SAMPLE}。",
    )


def _results_decided(programme: Programme, cast: Cast) -> Resolution:
    text = f"首批9个示范点完成实地检查和社会评议，办公室建议8个通过、1个不予通过{SAMPLE}。"
    return meetings.meet(
        programme,
        cast,
        called="2008-05-04",
        day="2008-05-06",
        confirmed="2008-05-07",
        item=Item(ResolutionKind.ACCEPTANCE, f"审定首批示范点验收结果{SAMPLE}", text),
        outcome=f"同意办公室的建议，未通过的要继续整改{SAMPLE}。",
    )


def _warning_decided(programme: Programme, cast: Cast, day: str, site: Site) -> Resolution:
    item = Item(ResolutionKind.WARNING, f"对{site.window_name}予以警告")
    return meetings.decided(programme, cast, day, item)


def _visit_half(inspected: list[Site], deliberating: list[Site], opened: rounds.Rounds, cast: Cast) -> None:
    """29 April: of two sites the leader alone has begun or filled in a sheet; one is being deliberated on.

    The teams are sent to them on the day before, so their notice is issued anew.
    """
    waiting = [*inspected, *deliberating]
    sent = rounds.send(opened.inspection, waiting, cast, ("2008-04-28", "2008-04-29"))
    for number, site in enumerate(inspected):
        assessment = sent[site.pk]
        leader = assessment.assignment.team.leader
        with pinned(lists.on("2008-04-29")):
            rounds.fill_visit(assessment, leader, weak_every=9, items=None if number else 10)
    for site in deliberating:
        assessment = sent[site.pk]
        final = rounds.visit(assessment, weak_every=9, day="2008-04-29", disputed=2)
        rounds.deliberate(final, to_the_end=False, day="2008-04-30")
