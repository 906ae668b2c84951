"""The data for programs: described as it is answered, paged, bounded, braked, and the same as the files."""

import json

import pytest
from django.core.cache import cache
from django.urls import reverse
from openapi_spec_validator import validate

from publicity.api import MOST_ROWS, USUAL_ROWS
from publicity.open_data import DATA_SETS
from publicity.views.api import READING
from sites.enums import Stage
from tests import factories
from tests.publicity import scene

pytestmark = pytest.mark.django_db
INDEX, DESCRIPTION = reverse("publicity:api"), reverse("publicity:api_description")


@pytest.fixture(autouse=True)
def fresh(on):
    on("2008-05-20")
    cache.clear()


def address(key: str) -> str:
    return reverse("publicity:api_set", args=[key])


@pytest.fixture
def filled():
    (naming,) = scene.named()
    scene.outlet_in_public(naming.notice)
    scene.decided(scene.commendation(naming.site))


def test_description_is_valid_openapi(client):
    described = client.get(DESCRIPTION).json()
    validate(described)
    assert described["openapi"].startswith("3.1")
    assert set(described["paths"]) == {"/", *(f"/{key}/" for key in DATA_SETS)}


@pytest.mark.parametrize("key", DATA_SETS)
def test_answer_is_as_it_is_described_and_as_the_file_says(client, filled, key):
    schema = client.get(DESCRIPTION).json()["paths"][f"/{key}/"]["get"]["responses"]["200"]
    page = schema["content"]["application/json"]["schema"]
    body = client.get(address(key)).json()
    assert set(body) == set(page["required"])
    assert body["rows"]
    columns = page["properties"]["rows"]["items"]["properties"]
    for row in body["rows"]:
        assert list(row) == list(columns)
        for name, value in row.items():
            fits = {"string": str, "number": int | float, "null": type(None)}
            kinds = columns[name]["type"]
            assert isinstance(
                value, tuple(fits[kind] for kind in ([kinds] if isinstance(kinds, str) else kinds))
            )
    as_file = json.loads(client.get(reverse("publicity:data_file", args=[key, "json"])).content)
    assert body["rows"] == as_file["rows"][:USUAL_ROWS]
    assert body["changed_on"]


def test_pages_lead_on_and_back_and_end(client):
    sites = [factories.site(Stage.BUILDING) for _number in range(5)]
    seen, url = [], f"{address('sites')}?rows=2"
    while url:
        body = client.get(url).json()
        assert (body["count"], body["pages"], len(body["rows"]) <= 2) == (5, 3, True)
        seen += [row["id"] for row in body["rows"]]
        before, url = body["previous"], body["next"]
    assert seen == [f"site-{site.pk}" for site in sites]
    assert client.get(before).json()["page"] == 2
    beyond = client.get(address("sites"), {"page": 4, "rows": 2})
    assert (beyond.status_code, beyond.json()["pages"]) == (404, 3)


@pytest.mark.parametrize(
    "asked", [{"page": 0}, {"page": "x"}, {"rows": MOST_ROWS + 1}, {"rows": -1}, {"page": "9" * 40}]
)
def test_nonsense_is_told_in_json(client, asked):
    answer = client.get(address("sites"), asked)
    assert answer.status_code == 400
    assert str(MOST_ROWS) in answer.json()["error"]


def test_no_such_set_names_those_there_are(client):
    answer = client.get(address("people"))
    assert (answer.status_code, answer.json()["datasets"]) == (404, list(DATA_SETS))


def test_nothing_is_written(client):
    assert client.post(INDEX).status_code == 405
    assert client.get(INDEX)["Access-Control-Allow-Origin"] == "*"


def test_unchanged_is_answered_by_its_tag_and_a_change_changes_it(client):
    factories.site(Stage.BUILDING)
    first = client.get(address("sites"))
    again = client.get(address("sites"), headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    factories.site(Stage.BUILDING)
    changed = client.get(address("sites"), headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert changed.json()["count"] == 2


def test_crawler_is_served_from_what_is_kept_and_slowed_where_all_is_drawn_anew(client, settings):
    memory = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = settings.CACHES | {"pages": {"BACKEND": memory, "LOCATION": "crawled"}}
    factories.site(Stage.BUILDING)
    most = READING.limits[0].most
    for _again in range(most + 10):
        assert client.get(address("sites")).status_code == 200
    for number in range(most):
        last = client.get(address("sites"), {"any": number})
    assert last.status_code == 429
    assert int(last["Retry-After"]) > 0
    assert last.json()["error"]


def test_index_names_each_set_with_its_day_and_its_address(client, filled):
    body = client.get(INDEX).json()
    assert [each["dataset"] for each in body["datasets"]] == list(DATA_SETS)
    assert all(each["changed_on"] for each in body["datasets"])
    assert client.get(body["datasets"][0]["url"]).status_code == 200
    assert INDEX in client.get(reverse("publicity:open_data")).content.decode()
