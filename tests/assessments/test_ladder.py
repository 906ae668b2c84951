"""Every address of this room: anonymous, outsider, reader, wrong method, and who may open it."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from assessments.services import evidence, recusals
from tests import factories
from tests.assessments import builders
from tests.scenes import made_once

pytestmark = pytest.mark.django_db

LISTS = ("rounds", "my_sheets", "rectifications", "acceptances", "acceptance_goals", "acceptance_report")
POST_ONLY = (
    *("score", "consent", "finding_verify", "rectification_close", "recommend", "decide"),
    *("findings_agree", "notice_issue"),
)


class Cast:
    """One inspected site with a team, findings and evidence, and the addresses about it."""

    def __init__(self):
        self.site = builders.building()
        self.final = builders.inspected(self.site)
        self.assessment = self.final.assessment
        self.leader, self.member = builders.members(self.assessment.assignment.team)
        with builders.on("2008-04-10"):
            filed = evidence.add_evidence(
                site=self.site,
                title="示例",
                files=[builders.upload()],
                pointers={},
                by=builders.liaison(self.site),
            )
        item, finding = self.final.scores.first().item_id, builders.findings(self.site)[0].pk
        in_round, site = self.assessment.round_id, self.site.pk
        self.about = {
            "round": [in_round],
            "team_add": [in_round],
            "assign": [in_round],
            "round_close": [in_round],
            "recuse": [site],
            "self_sheet": [site],
            "evidence_add": [site],
            "rectification": [site],
            "rectification_close": [site],
            "reopen": [site],
            "acceptance": [site],
            "acceptance_items": [site],
            "recommend": [site],
            "decide": [site],
            "inspect": [self.assessment.pk],
            "sheet": [self.final.pk],
            "sheet_submit": [self.final.pk],
            "sheet_sign": [self.final.pk],
            "score": [self.final.pk, item],
            "consent": [self.final.pk, item],
            "evidence_file": [filed.files.get().pk],
            "finding_answer": [finding],
            "finding_verify": [finding],
            "finding_send_back": [finding],
            "finding_comment": [finding],
            "finding_uphold": [finding],
            "finding_withdraw": [finding],
            "finding_extend": [finding],
            "findings_agree": [site],
            "notice_issue": [site],
            "unit_summary": [site],
        }

    def url(self, name: str) -> str:
        return reverse(f"assessments:{name}", args=self.about.get(name, []))

    def answers(self, client, names, method="get") -> dict[str, int]:
        return {name: getattr(client, method)(self.url(name)).status_code for name in names}


@made_once("2008-04-18")
def cast():
    return Cast()


def everything(cast):
    return [*LISTS, "round_open", *cast.about]


def right_method(client, cast, names):
    return {
        **cast.answers(client, [name for name in names if name not in POST_ONLY]),
        **cast.answers(client, [name for name in names if name in POST_ONLY], "post"),
    }


def test_anonymous_is_sent_to_the_login(client, cast):
    for name in everything(cast):
        response = client.post(cast.url(name)) if name in POST_ONLY else client.get(cast.url(name))
        assert response.status_code == 302, name
        assert response.url.startswith(reverse("account_login")), name


@pytest.mark.parametrize("role", [Role.LIAISON, Role.INSPECTOR, Role.DISTRICT, Role.AUDITOR])
def test_outsider_finds_nothing(client, cast, role):
    client.force_login(factories.user(role))
    assert set(right_method(client, cast, cast.about).values()) == {404}


def test_recused_inspector_finds_nothing(client, cast):
    recusals.recuse(user=cast.member, site=cast.site, reason="示例")
    client.force_login(cast.member)
    about_the_site = [
        name for name in cast.about if name not in ("round", "team_add", "assign", "round_close")
    ]
    assert set(right_method(client, cast, about_the_site).values()) == {404}
    for name in ("my_sheets", "rectifications", "rounds"):
        assert cast.site.window_name not in client.get(cast.url(name)).content.decode()
    assert cast.site.window_name not in client.get(cast.url("round")).content.decode()


OF_UNIT = ("finding_comment", "findings_agree", "unit_summary")
OF_OFFICE = ("finding_uphold", "finding_withdraw", "finding_extend", "notice_issue")
HEARING = (*OF_UNIT, *OF_OFFICE)
ACCEPTANCE = ("acceptance", "acceptance_items", "acceptance_goals", "acceptance_report")
READERS = {
    # The leading group sees all of it and runs none of it.
    Role.LEADING_GROUP: (
        "round_open",
        "team_add",
        "assign",
        "round_close",
        "self_sheet",
        "evidence_add",
        "reopen",
        "recommend",
        "inspect",
        "score",
        "consent",
        "sheet_sign",
        "finding_answer",
        "finding_verify",
        "finding_send_back",
        *HEARING,
        "rectification_close",
        "my_sheets",
    ),
    Role.OFFICE: (
        "self_sheet",
        "evidence_add",
        "inspect",
        "score",
        "sheet_sign",
        "finding_answer",
        *OF_UNIT,
        "my_sheets",
    ),
    Role.LIAISON: (
        "round_open",
        "recuse",
        "inspect",
        "score",
        "sheet_sign",
        "consent",
        "finding_verify",
        "finding_send_back",
        *OF_OFFICE,
        "rectification_close",
        "reopen",
        "acceptances",
        *ACCEPTANCE,
        "recommend",
        "decide",
    ),
    Role.INSPECTOR: (
        "round_open",
        "team_add",
        "assign",
        "round_close",
        "self_sheet",
        "evidence_add",
        "consent",
        "reopen",
        "finding_answer",
        "finding_verify",
        "finding_send_back",
        *HEARING,
        "rectification_close",
        *ACCEPTANCE,
        "recommend",
        "score",
        "sheet_sign",
    ),
}


@pytest.mark.parametrize("role", READERS)
def test_reader_is_refused(client, cast, role):
    people = {
        Role.LEADING_GROUP: builders.leader(),
        Role.OFFICE: builders.office(),
        Role.LIAISON: builders.liaison(cast.site),
        Role.INSPECTOR: cast.member,
    }
    client.force_login(people[role])
    body = {"level": "met", "version": 1}
    got = {
        name: (
            client.post(cast.url(name), body) if name in POST_ONLY else client.get(cast.url(name))
        ).status_code
        for name in READERS[role]
    }
    assert got == dict.fromkeys(READERS[role], 403)


def test_wrong_method(client, cast):
    client.force_login(builders.office())
    assert cast.answers(client, POST_ONLY) == dict.fromkeys(POST_ONLY, 405)


@pytest.mark.parametrize(
    ("who", "names"),
    [
        ("office", ["rounds", "round_open", "round", "team_add", "assign", "round_close", "sheet"]),
        (
            "office",
            ["rectification", "acceptances", *ACCEPTANCE, "evidence_file", "finding_send_back", "reopen"],
        ),
        (
            "group",
            ["rounds", "round", "rectifications", "rectification", "acceptances", *ACCEPTANCE, "sheet"],
        ),
        ("leader", ["rounds", "round", "my_sheets", "sheet", "rectification", "evidence_file", "recuse"]),
        ("liaison", ["my_sheets", "sheet", "rectifications", "rectification", "evidence_add"]),
    ],
)
def test_page_opens(client, cast, who, names):
    people = {"office": builders.office, "group": builders.leader, "leader": lambda: cast.leader,
              "liaison": lambda: builders.liaison(cast.site)}  # fmt: skip
    client.force_login(people[who]())
    assert cast.answers(client, names) == dict.fromkeys(names, 200)


def test_unknown_item_of_a_sheet(client, cast):
    client.force_login(cast.leader)
    for item in (0, 10**9):
        url = reverse("assessments:score", args=[cast.final.pk, item])
        assert client.post(url, {"level": "met", "version": 0}).status_code == 404
