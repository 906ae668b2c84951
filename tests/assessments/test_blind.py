"""盲评: until a member has submitted the own sheet, nothing of the others' is seen through any door."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Notification
from accounts.services import leaving
from assessments.enums import SheetRole, SheetState
from assessments.models import Deliberation, Evidence, EvidenceFile, EvidenceLink, Score, Sheet
from assessments.services import deliberation, recusals, sheets
from desk.todo import todos
from documents.models import Document
from sites.models import Site
from tests import factories
from tests.assessments import builders, photos
from tests.assessments.pages import addresses, cells_of, score, text_of, url
from tests.scenes import made_once

pytestmark = pytest.mark.django_db

# Why points were taken off; what evidence taken on site is called; where it links to.
SECRET, TITLE, LINK = "只有本人知道的扣分理由", "只有本人知道的现场照片", "https://example.org/only-mine"
# Every page about one sheet.
DOORS = ("sheet", "sheet_workbook", "sheet_upload_add", "sheet_submit", "sheet_checkup", "sheet_working")
DOORS_OF_FINAL = ("sheet", "columns", "deliberation", "sheet_sign", "sheet_workbook", "sheet_checkup")


def submit(sheet):
    with builders.on("2008-04-08"):
        sheets.submit_inspector_sheet(sheet=sheet, by=sheet.author)


def written(assessment, person, weak: int):
    """A whole sheet whose gaps have the secret for their reason."""
    sheet = builders.own_sheet(assessment, person)
    builders.fill(sheet, person, weak)
    sheet.scores.exclude(reason="").update(reason=SECRET)
    return sheet


class Cast:
    """A visit: the leader has submitted, the member is still writing."""

    def __init__(self):
        self.site = builders.building()
        builders.self_assessed(self.site)
        self.assessment = builders.assigned(self.site)
        self.leader, self.member = builders.members(self.assessment.assignment.team)
        self.first = written(self.assessment, self.leader, weak=3)
        with builders.on("2008-04-08"):
            self.taken = builders.filed(
                self.site,
                photos.upload(),
                title=TITLE,
                urls=[LINK],
                assessment=self.assessment,
                by=self.leader,
                pointers={self.first.scores.first().item: ""},
            )
        self.second = written(self.assessment, self.member, weak=1)
        submit(self.first)

    def both_in(self):
        submit(self.second)
        return self.assessment.sheets.get(role=SheetRole.FINAL)

    def joined(self):
        """Somebody who joins the team when the others have submitted."""
        late = factories.user(Role.INSPECTOR)
        self.assessment.assignment.team.members.create(user=late)
        return late


@made_once("2008-04-08")
def cast():
    return Cast()


def statuses(client, names, sheet) -> set[int]:
    return {client.get(url(name, sheet.pk)).status_code for name in names}


def seen_by(person) -> set[int]:
    return set(Sheet.objects.visible_to(person).exclude(role=SheetRole.SELF).values_list("pk", flat=True))


# -- between members --------------------------------------------------------


def doors_below(start: str, **keys: int) -> list[str]:
    """Every address of the desk that takes `pk`, or that and one more key, and begins like this."""
    ways = [("pk",), *(("pk", name) for name in keys if name != "pk")]
    found = (
        reverse(name, kwargs={key: keys[key] for key in way}) for way in ways for name in addresses(*way)
    )
    return [address for address in found if address.startswith(start)]


def answers(client, doors) -> set[int]:
    """What is answered there, read and written; a door that is not for this verb says 405."""
    return {getattr(client, verb)(door).status_code for door in doors for verb in ("get", "post")} - {405}


def test_no_door_of_a_colleagues_sheet_opens_before_the_own_one_is_submitted(client, cast):
    client.force_login(cast.member)
    item = cast.first.scores.first().item_id
    doors = doors_below(url("sheet", cast.first.pk), pk=cast.first.pk, item_pk=item, number=1, upload_pk=1)
    assert len(doors) > 12
    assert answers(client, doors) == {404}
    assert client.post(url("score", cast.first.pk, item), {"level": "met", "version": 1}).status_code == 404
    assert seen_by(cast.member) == {cast.second.pk}


def test_leader_is_blind_as_well(client, cast):
    """Who submitted sees those that are submitted, not what is still being written."""
    client.force_login(cast.leader)
    assert statuses(client, DOORS, cast.second) == {404}
    assert seen_by(cast.leader) == {cast.first.pk}


def test_no_door_of_evidence_a_colleague_took_on_site_opens(client, cast):
    client.force_login(cast.member)
    doors = [
        *doors_below("/desk/evidence/files/", pk=EvidenceFile.objects.get(evidence=cast.taken).pk),
        *doors_below("/desk/evidence/links/", pk=EvidenceLink.objects.get(evidence=cast.taken).pk),
        url("evidence_items", cast.taken.pk),
        url("evidence_replace", cast.taken.pk),
    ]
    assert len(doors) > 5
    assert answers(client, doors) == {404}
    assert not Evidence.objects.visible_to(cast.member).filter(pk=cast.taken.pk).exists()


def told(client, cast) -> set[str]:
    """The texts of all lists of the desk, all pages of the site, its round, the visit, the member's sheet."""
    pages = [reverse(name) for name in addresses()]
    pages += [reverse(name, kwargs={"site_pk": cast.site.pk}) for name in addresses("site_pk")]
    pages += [
        cast.site.get_absolute_url(),
        *doors_below(cast.assessment.round.get_absolute_url(), pk=cast.assessment.round_id),
        *doors_below("/desk/assessments/", pk=cast.assessment.pk),
        *doors_below(url("sheet", cast.second.pk), pk=cast.second.pk),
        *(url("sheet", cast.second.pk) + f"?section={n}" for n in (1, 2, 3, 4)),
        reverse("desk:sites") + f"?q={cast.site.window_name}",
    ]
    return {text_of(client.get(page, follow=True)) for page in pages}


def test_no_page_list_or_search_tells_of_a_colleagues_sheet(client, cast):
    cast.second.scores.exclude(reason="").update(reason="示例")
    client.force_login(cast.member)
    texts, address = told(client, cast), url("sheet", cast.first.pk)
    assert len(texts) > 30
    for hidden in (SECRET, TITLE, LINK, address):
        assert not [text for text in texts if hidden in text]
    # The same pages do tell who may know.
    client.force_login(builders.office())
    texts = told(client, cast)
    for shown in (TITLE, address):
        assert [text for text in texts if shown in text]


def test_no_export_or_workbook_holds_a_colleagues_marks(client, cast):
    cast.second.scores.exclude(reason="").update(reason="示例")
    client.force_login(cast.member)
    export = url("round_export", cast.assessment.round_id)
    cells = cells_of(client.get(export)) | cells_of(client.get(url("sheet_workbook", cast.second.pk)))
    assert {cast.site.window_name, str(cast.member)} <= cells
    assert not {SECRET, TITLE, str(cast.leader)} & cells
    text = text_of(client.get(export, {"format": "csv"}))
    assert cast.site.window_name in text
    assert SECRET not in text
    assert str(cast.leader) not in text


def test_progress_tells_of_the_own_sheet_alone(client, cast):
    """Neither whose sheet is in, nor how far another one is."""
    for person, sheet in ((cast.member, cast.second), (cast.leader, cast.first)):
        client.force_login(person)
        (row,) = client.get(url("round", cast.assessment.round_id)).context["page_obj"]
        assert [(each, each.marked) for each in row.sheets.all()] == [(sheet, 43)]
        (row,) = client.get(url("my_sheets")).context["rows"]
        assert (row.own, row.final) == (sheet, None)


@pytest.mark.parametrize("page", ["/admin/", "/admin/assessments/sheet/", "/admin/auditlog/logentry/"])
def test_administration_is_not_an_inspectors(client, cast, page):
    client.force_login(cast.member)
    assert client.get(page).status_code == 302


def test_trail_is_not_an_inspectors(client, cast):
    client.force_login(cast.member)
    assert client.get(reverse("desk:trail")).status_code == 403


def test_to_do_list_and_notices_give_no_mark_away(cast):
    final = cast.both_in()
    told = [str(each) for each in Notification.objects.filter(user__in=(cast.leader, cast.member))]
    due = [todo.what for person in (cast.leader, cast.member) for todo in todos(person)]
    assert told
    assert final.deliberations.count() == 2
    assert not [text for text in (*told, *due) if SECRET in text or "ZW-" in text]


def test_submitted_sheets_are_read_and_not_written_by_colleagues(client, cast):
    cast.both_in()
    item = cast.first.scores.first().item
    client.force_login(cast.member)
    page = client.get(url("sheet", cast.first.pk), {"section": 1})
    assert SECRET in page.content.decode()
    assert not page.context["page"].may_write
    assert score(client, cast.first, item, version=1).status_code == 403
    assert client.get(url("sheet_submit", cast.first.pk)).status_code == 403


def test_member_who_joins_late_is_blind_until_the_own_sheet_is_in(client, cast):
    final, late = cast.both_in(), cast.joined()
    client.force_login(late)
    doors = doors_below(url("sheet", final.pk), pk=final.pk, item_pk=1, number=1, upload_pk=1)
    assert answers(client, doors) == {404}
    assert statuses(client, DOORS, cast.first) == {404}
    assert not Deliberation.objects.visible_to(late).exists()
    sheet = written(cast.assessment, late, weak=0)
    submit(sheet)
    assert statuses(client, ("sheet", "columns", "deliberation"), final) == {200}
    assert {cast.first.pk, cast.second.pk, final.pk, sheet.pk} == seen_by(late)


def proposed(about, by, level="partly"):
    return deliberation.propose(deliberation=about, level=level, points=None, reason="示例", by=by)


def test_member_who_joins_late_has_no_part_in_the_deliberation(client, cast):
    """Nor is one told that there is one, of which item, or what is proposed."""
    final, late = cast.both_in(), cast.joined()
    about = final.deliberations.first()
    made = proposed(about, cast.leader)
    client.force_login(late)
    for door in (url("argue", about.pk), url("propose", about.pk), url("proposal_answer", made.pk)):
        assert client.post(door, {"text": "示例", "agrees": "yes"}).status_code == 404
    assert Notification.objects.filter(user=cast.member, url=about.get_absolute_url()).exists()
    assert not Notification.objects.filter(user=late).exists()
    (todo,) = todos(late)
    assert todo.url == f"{url('my_sheets')}?programme={cast.site.programme_id}"
    assert url("deliberation", final.pk) not in client.get(cast.site.get_absolute_url()).content.decode()


def test_successor_of_a_member_is_not_told_what_the_member_was(client, cast):
    """Neither that marks lie apart, nor on which item, nor what became of it."""
    final = cast.both_in()
    proposed(final.deliberations.first(), cast.leader)
    late = factories.user(Role.INSPECTOR)
    assert Notification.objects.filter(
        user=cast.member, url__startswith=url("deliberation", final.pk)
    ).exists()
    leaving.switch_off(person=cast.member, successor=late, reason="调离", by=builders.office())
    assert not Notification.objects.filter(user=late, site_key=cast.site.pk).exists()
    client.force_login(late)
    assert url("deliberation", final.pk) not in client.get(reverse("desk:home")).content.decode()


def test_leader_who_joins_late_does_not_lead_the_deliberation_yet(cast):
    """As where the place of somebody who left was handed over."""
    final, late = cast.both_in(), cast.joined()
    members = cast.assessment.assignment.team.members
    members.filter(user=cast.leader).update(is_leader=False)
    members.filter(user=late).update(is_leader=True)
    with pytest.raises(PermissionDenied):
        proposed(final.deliberations.first(), late)


def test_another_teams_inspector_sees_the_signed_sheet_alone(client, cast):
    """As the acceptance team does that comes after."""
    final = cast.both_in()
    Site.objects.filter(pk=cast.site.pk).update(stage="rectified")
    cast.site.refresh_from_db()
    builders.assigned(cast.site, kind="acceptance")
    other = builders.members(builders.Team.objects.latest("pk"))[0]
    assert seen_by(other) == set()
    Deliberation.objects.update(settled_on="2008-04-08")
    sign_by_hand(final, cast.leader)
    assert seen_by(other) == {final.pk}
    client.force_login(other)
    shown = client.get(url("columns", final.pk))
    assert (shown.status_code, shown.context["columns"].voices) == (200, ())
    assert {line.deliberation for line in shown.context["columns"].lines} == {None}
    assert client.get(url("deliberation", final.pk)).status_code == 404


def sign_by_hand(final: Sheet, by) -> None:
    Sheet.objects.filter(pk=final.pk).update(
        state=SheetState.SIGNED, signed_by=by, signed_on="2008-04-08", submitted_on="2008-04-08"
    )


# -- the unit, its district, the city ---------------------------------------


@pytest.mark.parametrize("role", [Role.LIAISON, Role.DISTRICT])
def test_unit_and_district_see_the_final_sheet_once_it_is_signed_and_no_members_sheet(client, role, on):
    on("2008-04-08")
    district = factories.district()
    site = builders.building(level="district", of=district)
    person = (
        builders.liaison(site)
        if role == Role.LIAISON
        else factories.user(role, factories.district_office(district))
    )
    builders.self_assessed(site)
    final = builders.apart(site, 0, 1)
    members = final.assessment.sheets.filter(role=SheetRole.INSPECTOR)
    client.force_login(person)
    assert seen_by(person) == set()
    assert statuses(client, DOORS_OF_FINAL, final) == {404}
    assert url("deliberation", final.pk) not in client.get(site.get_absolute_url()).content.decode()
    leader, member = builders.members(final.assessment.assignment.team)
    made = proposed(final.deliberations.get(), leader)
    deliberation.answer(proposal=made, agrees=True, text="", by=member)
    builders.sign(final)
    assert seen_by(person) == {final.pk}
    assert statuses(client, ("sheet", "columns"), final) == {200}
    assert client.get(url("deliberation", final.pk)).status_code == 404
    assert client.get(url("columns", final.pk)).context["columns"].voices == ()
    for sheet in members:
        assert statuses(client, DOORS, sheet) == {404}
    papers = Document.objects.visible_to(person)
    assert not papers.filter(kind__in=("score_sheet", "deliberation_record")).exists()


@pytest.mark.parametrize("role", [Role.OFFICE, Role.LEADING_GROUP])
def test_city_sees_everything(client, cast, role):
    person = factories.user(role)
    assert {cast.first.pk, cast.second.pk} <= seen_by(person)
    client.force_login(person)
    assert client.get(url("sheet", cast.second.pk)).status_code == 200
    final = cast.both_in()
    assert statuses(client, ("sheet", "columns", "deliberation"), final) == {200}


def test_whoever_stood_aside_sees_nothing_any_more(client, cast):
    final = cast.both_in()
    recusals.recuse(user=cast.member, site=cast.site, reason="示例")
    client.force_login(cast.member)
    assert seen_by(cast.member) == set()
    assert statuses(client, DOORS_OF_FINAL, final) == {404}
    assert statuses(client, DOORS, cast.second) == {404}
    assert not Deliberation.objects.visible_to(cast.member).exists()
    assert not Notification.objects.visible_to(cast.member).filter(url__contains="/sheets/").exists()


def test_marks_of_who_stood_aside_do_not_count(client, cast):
    """Nor do they lie apart from anybody's."""
    final = cast.both_in()
    recusals.recuse(user=cast.member, site=cast.site, reason="示例")
    client.force_login(cast.leader)
    shown = client.get(url("columns", final.pk)).context["columns"]
    assert [(voice.letter, voice.counts) for voice in shown.voices] == [("A", True), ("B", False)]
    assert {line.gap for line in shown.lines} == {0}
    assert Score.objects.filter(sheet=cast.second).exists()
