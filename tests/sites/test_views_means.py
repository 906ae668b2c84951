"""Pages of guidance, money and facilities."""

import datetime
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook
from PIL import Image

from accounts.enums import Role
from sites import services
from sites.enums import FacilityKind, Level, Stage
from sites.models import Facility, GuidanceNote, Investment
from tests import factories
from tests.files import pdf

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
LISTS = ["guidance", "investments", "facilities"]


@pytest.fixture
def site():
    return factories.site(Stage.BUILDING, level=Level.DISTRICT)


def picture(name="前.png") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (8, 6), "red").save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/png")


def means(site) -> str:
    return reverse("sites:means", args=[site.pk])


def money(site, **fields) -> Investment:
    entry = Investment(site=site, **{"year": 2008, "amount": 1000, "purpose": "触摸屏（示例）", **fields})
    services.save_means(entry=entry, by=factories.user(Role.OFFICE))
    return entry


def text_of(response):
    return response.content.decode()


@pytest.mark.parametrize("name", LISTS)
def test_lists_anonymous_is_sent_to_login(client, name):
    response = client.get(reverse(f"sites:{name}"))

    assert response.status_code == 302
    assert reverse("account_login") in response["Location"]


@pytest.mark.parametrize("name", LISTS)
def test_empty_list_says_what_fills_it(client, name):
    client.force_login(factories.user(Role.OFFICE))

    assert "site's page" in text_of(client.get(reverse(f"sites:{name}")))


def test_list_shows_what_one_sees_and_its_totals(client, site):
    money(site, amount="1234.50")
    money(
        factories.site(Stage.BUILDING, level=Level.DISTRICT, of=factories.district("乌达")), purpose="别区的"
    )
    client.force_login(factories.user(Role.DISTRICT, factories.district_office(factories.district())))

    page = text_of(client.get(reverse("sites:investments")))

    assert "触摸屏（示例）" in page
    assert "1,234.50" in page
    assert "别区的" not in page


def test_lists_filter_and_export_exactly_what_is_listed(client, site):
    money(site, purpose="=1+1")
    money(site, year=2007, purpose="上年的")
    client.force_login(factories.user(Role.OFFICE))

    response = client.get(reverse("sites:investments"), {"year": 2008, "format": "xlsx"})

    rows = list(load_workbook(io.BytesIO(response.content)).active.iter_rows(values_only=True))
    assert len(rows) == 2
    assert rows[0][0] == "Site"
    assert rows[1][7] == "=1+1"
    assert load_workbook(io.BytesIO(response.content)).active.cell(2, 8).data_type == "s"


def test_guidance_can_be_narrowed_to_what_waits(client, site, liaison):
    office = factories.user(Role.OFFICE)
    for text in ("等答复的", "答复了的"):
        note = services.give_guidance(
            note=GuidanceNote(site=site, on=datetime.date(2008, 1, 9), text=text), by=office
        )
    services.reply_to_guidance(note=note, reply="好", by=liaison)
    client.force_login(office)

    page = text_of(client.get(reverse("sites:guidance"), {"reply": "no"}))

    assert "等答复的" in page
    assert "答复了的" not in page


@pytest.mark.parametrize("name", LISTS)
def test_list_asks_the_same_for_three_and_for_thirty(client, django_assert_max_num_queries, name):
    office = factories.user(Role.OFFICE)
    client.force_login(office)
    counts = []
    for many in (3, 27):
        for _n in range(many):
            place = factories.site(Stage.BUILDING, level=Level.DISTRICT)
            money(place)
            services.give_guidance(
                note=GuidanceNote(site=place, on=datetime.date(2008, 1, 9), text="示例"), by=office
            )
            services.save_means(
                entry=Facility(site=place, kind=FacilityKind.HALL, name="示例大厅"), by=office
            )
        with django_assert_max_num_queries(12) as asked:
            assert client.get(reverse(f"sites:{name}")).status_code == 200
        counts.append(len(asked.captured_queries))
    assert counts[0] == counts[1]


def test_page_of_a_site_of_another_district_is_not_found(client, site):
    client.force_login(factories.user(Role.DISTRICT, factories.district_office(factories.district("乌达"))))

    assert client.get(means(site)).status_code == 404
    assert client.post(reverse("sites:guidance_add", args=[site.pk]), {}).status_code == 404


def test_guidance_is_recorded_and_replied_to(client, site, liaison):
    client.force_login(factories.user(Role.OFFICE))
    client.post(
        reverse("sites:guidance_add", args=[site.pk]), {"on": "2008-01-09", "text": "请完善指南（示例）。"}
    )
    note = site.guidance.get()
    client.force_login(liaison)
    page = text_of(client.get(means(site)))
    assert "请完善指南（示例）。" in page
    assert "Record guidance" not in page

    response = client.post(reverse("sites:guidance_reply", args=[note.pk]), {"reply": "已完善（示例）。"})

    assert response["Location"] == means(site) + "#guidance"
    note.refresh_from_db()
    assert note.reply == "已完善（示例）。"


def test_refused_guidance_keeps_what_was_typed(client, site):
    client.force_login(factories.user(Role.OFFICE))

    response = client.post(
        reverse("sites:guidance_add", args=[site.pk]), {"on": "2008-02-09", "text": "写好的话"}
    )

    assert response.status_code == 422
    assert "写好的话" in text_of(response)
    assert "still to come" in text_of(response)
    assert not site.guidance.exists()


def test_guidance_longer_than_its_field_is_refused(client, site):
    client.force_login(factories.user(Role.OFFICE))
    response = client.post(
        reverse("sites:guidance_add", args=[site.pk]), {"on": "2008-01-09", "text": "长" * 5000}
    )
    assert response.status_code == 422
    assert "长" * 5000 in text_of(response)
    assert not GuidanceNote.objects.exists()


def test_guidance_by_the_unit_itself_is_forbidden(client, site, liaison):
    client.force_login(liaison)

    response = client.post(reverse("sites:guidance_add", args=[site.pk]), {"on": "2008-01-09", "text": "自"})

    assert response.status_code == 403


def test_money_is_entered_corrected_and_taken_out(client, site, liaison):
    client.force_login(liaison)
    client.post(
        reverse("sites:investment_add", args=[site.pk]),
        {"year": 2008, "amount": "3000.00", "purpose": "ＬＥＤ屏"},
    )
    entry = site.investments.get()
    assert entry.purpose == "LED屏"
    address = reverse("sites:investment_edit", args=[entry.pk])
    assert client.post(address, {"year": 2008, "amount": "x", "purpose": "屏"}).status_code == 422

    client.post(address, {"year": 2008, "amount": "3500", "purpose": "屏"})
    entry.refresh_from_db()
    assert (entry.amount, entry.purpose) == (3500, "屏")
    client.post(reverse("sites:investment_remove", args=[entry.pk]))

    assert not site.investments.exists()
    assert client.get(reverse("sites:investment_remove", args=[entry.pk])).status_code == 405


def test_facility_with_photos_is_shown_to_those_who_see_the_site(client, site, liaison):
    client.force_login(liaison)
    response = client.post(
        reverse("sites:facility_add", args=[site.pk]),
        {"kind": "board", "name": "公开栏（示例）", "quantity": 2, "photo_before": picture()},
    )
    assert response.status_code == 302
    facility = site.facilities.get()
    photo = reverse("sites:photo_before", args=[facility.pk])
    shown = client.get(photo)
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/png")
    assert client.get(reverse("sites:photo_after", args=[facility.pk])).status_code == 404
    client.post(
        reverse("sites:facility_edit", args=[facility.pk]),
        {"kind": "board", "name": "公开栏（示例）", "quantity": 2, "photo_after": picture("后.png")},
    )
    facility.refresh_from_db()
    assert facility.photo_before
    assert facility.photo_after
    client.force_login(factories.user(Role.LIAISON))
    assert client.get(photo).status_code == 404


@pytest.mark.parametrize(
    "content", [b"<script>alert(1)</script>", pdf(b"x"), b"\x89PNG\r\n\x1a\nbroken"], ids=str
)
def test_photo_that_is_no_picture_is_refused(client, site, liaison, content):
    client.force_login(liaison)

    response = client.post(
        reverse("sites:facility_add", args=[site.pk]),
        {
            "kind": "board",
            "name": "栏",
            "quantity": 1,
            "photo_before": SimpleUploadedFile("a.png", content, content_type="image/png"),
        },
    )

    assert response.status_code == 422
    assert not site.facilities.exists()


def test_reader_sees_no_forms(client, site):
    money(site)
    client.force_login(factories.user(Role.LEADING_GROUP))

    page = text_of(client.get(means(site)))

    assert "触摸屏（示例）" in page
    assert "Enter an amount" not in page
    assert reverse("sites:investment_edit", args=[site.investments.get().pk]) not in page
