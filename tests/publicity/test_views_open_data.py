"""Published data: the same facts in three formats, stable names, only what is public, bounded files."""

import csv
import io
import json

import openpyxl
import pytest
from django.urls import reverse

from publicity import open_data
from publicity.open_data import DATA_SETS
from sites.enums import Stage
from tests import factories
from tests.publicity import scene

pytestmark = pytest.mark.django_db
ENDINGS = ["csv", "json", "xlsx"]


def fetch(client, key: str, ending: str, **query):
    return client.get(reverse("publicity:data_file", args=[key, ending]), query)


def rows_of(answer, ending: str) -> list[dict[str, str]]:
    """The file read as its format says, every value as text."""
    if ending == "json":
        rows = json.loads(answer.content)["rows"]
    elif ending == "csv":
        rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    else:
        heads, *lines = openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True)
        rows = [dict(zip(heads, line, strict=True)) for line in lines]
    return [{name: "" if value is None else str(value)[:10] for name, value in row.items()} for row in rows]


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("key", DATA_SETS)
def test_columns_are_those_of_the_schema(client, on, key, ending):
    on("2008-05-20")
    (naming,) = scene.named()
    scene.outlet_in_public(naming.notice)
    scene.decided(scene.commendation(naming.site))
    rows = rows_of(fetch(client, key, ending), ending)
    assert rows
    assert all(list(row) == [field.name for field in DATA_SETS[key].fields] for row in rows)


@pytest.mark.parametrize("key", ["sites", "notices", "standard-items"])
def test_three_formats_say_the_same(client, on, key):
    on("2008-05-05")
    scene.publish(*scene.accepted(2))
    as_csv, as_json, as_xlsx = (rows_of(fetch(client, key, ending), ending) for ending in ENDINGS)
    assert [row["id"] for row in as_csv] == [row["id"] for row in as_json] == [row["id"] for row in as_xlsx]
    assert as_csv == as_xlsx or key == "standard-items"  # numbers are written as each format has them


def test_where_a_notice_was_made_known_is_given_out_once_it_is_public(client, on):
    on("2008-05-05")
    notice = scene.publish()
    scene.outlet(notice, medium="未审查")
    made = scene.outlet_in_public(notice)
    (row,) = json.loads(fetch(client, "notice-forms", "json").content)["rows"]
    assert (row["form"], row["on"], row["medium"]) == ("board", "2008-05-05", "示例公示栏")
    assert row["picture"].endswith(reverse("publicity:outlet_picture", args=[made.picture.pk]))


def test_only_what_was_determined_is_given_out(client):
    listed, filed = factories.site(Stage.NOT_ACCEPTED), factories.site(Stage.FILED)
    rows = {row["id"]: row for row in rows_of(fetch(client, "sites", "csv"), "csv")}
    assert f"site-{filed.pk}" not in rows
    assert rows[f"site-{listed.pk}"]["stage"] == "building"  # how far inside is nobody's business


def test_identifier_and_page_stay(client):
    site = factories.site(Stage.BUILDING)
    before = rows_of(fetch(client, "sites", "json"), "json")
    factories.site(Stage.BUILDING)
    after = rows_of(fetch(client, "sites", "json"), "json")
    assert before[0] in after
    raw = json.loads(fetch(client, "sites", "json").content)["rows"][0]
    assert raw["url"].endswith(reverse("publicity:site", args=[site.pk]))


def test_file_is_bounded_and_says_where_it_goes_on(client, monkeypatch):
    monkeypatch.setattr(open_data, "ROWS", 2)  # the bound itself, so that five sites are enough
    sites = [factories.site(Stage.BUILDING) for _number in range(5)]
    seen, page = [], 1
    while page:
        body = json.loads(fetch(client, "sites", "json", page=page).content)
        assert (body["count"], body["pages"], len(body["rows"]) <= 2) == (5, 3, True)
        seen += [row["id"] for row in body["rows"]]
        page = int(body["next"].rsplit("=", 1)[1]) if body["next"] else 0
    assert seen == [f"site-{site.pk}" for site in sites]


@pytest.mark.parametrize("page", ["0", "-1", "2", "1000000", "x"])
@pytest.mark.parametrize("ending", ENDINGS)
def test_no_such_part_of_it(client, page, ending):
    assert fetch(client, "sites", ending, page=page).status_code == 404


@pytest.mark.parametrize(("key", "ending"), [("people", "csv"), ("sites", "xml"), ("objections", "json")])
def test_no_such_file(client, key, ending):
    assert client.get(f"/open-data/{key}.{ending}").status_code == 404


def test_formula_typed_as_a_name_is_disarmed(client):
    site = factories.site(Stage.BUILDING)
    type(site).objects.filter(pk=site.pk).update(window_name="=1+1")
    row = rows_of(fetch(client, "sites", "csv"), "csv")[0]
    assert row["site"] == "'=1+1"
    book = openpyxl.load_workbook(io.BytesIO(fetch(client, "sites", "xlsx").content))
    assert [cell.data_type for cell in book.active[2]][1] == "s"


def test_page_gives_schema_and_counts(client):
    factories.site(Stage.BUILDING)
    page = client.get(reverse("publicity:open_data")).content.decode()
    for each in DATA_SETS.values():
        assert f'id="{each.key}"' in page
        assert all(f"<code>{field.name}</code>" in page for field in each.fields)
        assert all(reverse("publicity:data_file", args=[each.key, ending]) in page for ending in ENDINGS)
