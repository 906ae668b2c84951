"""One inspector's day of the demo's campaign: five units have assessed themselves and are visited."""

from bench._portal import set_up

DAY = "2008-04-08"
SITES = 5


def make_day(home: str) -> str:
    """Play the demo up to that morning in a home that has the plan alone; returns the inspector's session."""
    set_up(home)
    from accounts.enums import ResolutionKind  # noqa: PLC0415  # after set_up
    from accounts.services.meetings import Item  # noqa: PLC0415
    from bench._against import session_of  # noqa: PLC0415
    from desk.demo import lists, meetings, plans, rounds, rulebook  # noqa: PLC0415
    from desk.demo.cast import make_cast  # noqa: PLC0415
    from sites.calendar import pinned  # noqa: PLC0415
    from sites.models import Programme  # noqa: PLC0415

    programme = Programme.objects.get()
    cast = make_cast()
    lists.file_lists(programme, cast)
    rulebook.bring_out(programme, cast)
    item = Item(ResolutionKind.DETERMINATION, "审定首批示范点名单（示例）", "办公室已经初审（示例）。")
    lists.determine(programme, cast.leader, meetings.decided(programme, cast, "2008-01-21", item))
    visited = lists.determined(programme)[:SITES]
    plans.agree_plans(visited, cast, behind=0)
    opened = rounds.open_rounds(programme, cast)
    team = opened.inspection.teams.earliest("pk")
    for site in visited:
        rounds.submit_self_sheet(site, cast)
        rounds.assign(site, [team, team], cast, "2008-04-02", DAY)
    with pinned(lists.on(DAY)):
        return session_of(team.leader)
