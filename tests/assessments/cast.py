"""A round with everything its teams' pages are about, for the tests of these pages."""

from accounts.enums import Role
from assessments.services import ties
from tests import factories
from tests.assessments import builders
from tests.assessments.pages import url


class Cast:
    """A round with a team at a site, a draw, a tie and a recusal, and the addresses about them."""

    def __init__(self):
        self.site = builders.building()
        self.team = builders.team()
        self.assessment = builders.assigned(self.site, self.team)
        self.leader, self.member = builders.members(self.team)
        self.waiting = builders.building()
        self.draw = builders.drawn(self.team)
        self.tie = ties.declare(
            user=factories.user(Role.INSPECTOR),
            organisation=factories.unit(),
            reason="示例关系",
            by=builders.office(),
        )
        in_round, site = self.team.round_id, self.site.pk
        self.of_office = {
            "team_edit": [in_round, self.team.pk],
            "assign": [in_round],
            "draw_balanced": [in_round],
            "draw_random": [in_round],
            "draw_abandon": [self.draw.pk],
            "tie_add": [],
            "tie_end": [self.tie.pk],
        }
        self.of_city = {"ties": [], "recusals": [], "site_recusals": [site], "draws": []}
        self.of_city["draw"] = [self.draw.pk]
        self.more = {"visit": [self.assessment.pk], "recuse": [site], "my_ties": []}

    def answers(self, client, names) -> dict[str, int]:
        about = {**self.of_office, **self.of_city, **self.more}
        return {name: client.get(url(name, *about[name])).status_code for name in names}
