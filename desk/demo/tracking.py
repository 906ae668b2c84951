"""From 15 May on: plaques, complaints and rechecks of the named sites, and what came of them."""

from typing import Any

from accounts.models import Resolution
from accounts.services.secrecy import put_out
from publicity.recheck_proposals import proposals_of
from publicity.services import naming, proposals, tracking, warned
from sites.calendar import pinned
from sites.enums import Action
from sites.models import Programme, Site

from . import secrecy
from .cast import SAMPLE, Cast
from .lists import on
from .proofs import charges_board


def hand_over_plaques(sites: list[Site], cast: Cast) -> None:
    """16 May, at the meeting where the first sites are commended; one is fetched later."""
    with pinned(on("2008-05-16")):
        for site in sites:
            naming.hand_over_plaque(
                naming=site.naming, received_by=f"李某某{SAMPLE}", handed_on=on("2008-05-16"), by=cast.office
            )


def warn_and_restore(site: Site, resolution: Resolution, cast: Cast) -> None:
    """A complaint on the day after the naming; the unit mends it, shows it, and two people look at it."""
    with pinned(on("2008-05-15")):
        tracking.record_complaint(
            naming=site.naming,
            text=f"群众反映大厅公示的收费依据已废止，经核实属实{SAMPLE}。",
            by=cast.office,
        )
        _step(
            Action.WARN,
            site,
            cast,
            reason=f"大厅公示的收费依据已经废止，未按规定更换{SAMPLE}。",
            working_days=3,
            resolution=resolution,
        )
    with pinned(on("2008-05-16")):
        warned.answer(
            naming=site.naming,
            text=f"已按现行文件更换收费公示栏全部内容，并逐项核对，申请复查{SAMPLE}。",
            files=[charges_board(site, "更换后的收费公示栏", taken="2008-05-16 09:10:00")],
            by=cast.liaison(site.organisation),
        )
    with pinned(on("2008-05-19")):
        tracking.record_recheck(
            naming=site.naming,
            visit=tracking.Visit(
                visitors=[cast.office, cast.inspectors[-1]],
                visited_on=on("2008-05-19"),
                met=[f"收费公示栏的依据现行有效{SAMPLE}", f"窗口按公示标准收费{SAMPLE}"],
                text=f"现场复查，收费公示栏已更换{SAMPLE}。",
            ),
            files=[charges_board(site, "复查时的收费公示栏", taken="2008-05-19 10:00:00")],
            by=cast.office,
        )
        _step(Action.RESTORE, site, cast, reason=f"收费公示栏已经更换，依据现行有效{SAMPLE}。")


def warn(site: Site, resolution: Resolution, cast: Cast) -> None:
    """19 May: a complaint about a named site is borne out by a visit."""
    with pinned(on("2008-05-19")):
        tracking.record_complaint(
            naming=site.naming,
            text=f"群众反映办事指南未及时更新，经核实属实{SAMPLE}。",
            by=cast.office,
        )
        _step(Action.WARN, site, cast, reason=f"办事指南未及时更新{SAMPLE}。", resolution=resolution)


def _step(step: Action, site: Site, cast: Cast, **typed: Any) -> None:
    """Taken by the colleague once the leader has read for secrets what it says in public."""
    review = warned.prepare(step=step, naming=site.naming, by=cast.colleague, **typed)
    secrecy.give(review, cast, by=cast.leader)
    put_out(review=review, by=cast.colleague)


def draw_the_share(programme: Programme, cast: Cast) -> None:
    """20 May: the half-year's share is drawn by the rulebook; of one site the day is set, the other waits.

    Who was named on 14 May is to be rechecked regularly by 14 May 2009, which nothing here foretells.
    """
    with pinned(on("2008-05-20")):
        draw = proposals.draw_share(programme=programme, by=cast.office)
        drawn = draw.drawn_sites.select_related("naming__site__programme")[0].naming
        (proposed,) = proposals_of(drawn, cast.office)
        proposals.accept(naming=drawn, ground=proposed.ground, due_on=on("2008-06-20"), by=cast.office)
