"""Each field of a site stands everywhere its entry in `sites.site_fields` says, and nowhere else.

Whatever the models gain is found here by itself: a field without an entry, or one that some place leaves out.
"""

import io
import re

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from openpyxl import load_workbook

from accounts.enums import Role
from core.encrypted import EncryptedCharField
from core.mongolian import only_mongolian
from documents.contexts import filing_form
from publicity.open_data import DATA_SETS
from sites import services
from sites.enums import Stage
from sites.forms.replacements import ReplacementForm
from sites.forms.rows import SiteForm
from sites.models import Liaison, Site
from sites.registers import REGISTRARS
from sites.services.versions import difference, snapshot
from sites.site_fields import (
    CHANGEABLE,
    KEY,
    NOT_OF_A_ROW,
    OF_A_DISTRICT,
    OF_LIAISON,
    OF_ROW,
    OF_WINDOW,
    OWN,
    SITE_FIELDS,
    Seen,
    texts_of,
)
from tests import factories, reviewing
from tests.desk.dossiers.making import words_of
from tests.sites import making, registers

pytestmark = pytest.mark.django_db
# In the traditional script, with what joins a suffix and what chooses a letter's shape.
MONGOLIAN = ("ᠦᠬᠠᠢ ᠬᠣᠲᠠ\u202fᠶᠢᠨ ᠲᠥᠪ", "ᠮᠣᠩᠭ\u180bᠤᠯ")
BY_IMPORT = (*CHANGEABLE, *OF_LIAISON)
# Texts of cells by the kind of the record's field, twice each.
SAID = {
    "CharField": "示例{name}{n}",
    "TextField": "示例{name}\n{n}",
    "DateField": "2008-01-0{n}",
}


def said(field, n):
    """What a cell of this field may say; another for each of `n`, 1 and 2."""
    if field.choices:
        return field.offers[n - 1]
    # Closed, a line lies in the database as a text does.
    is_line = isinstance(field.of_record, EncryptedCharField)
    kind = "CharField" if is_line else field.of_record.get_internal_type()
    if only_mongolian in field.of_record.validators:
        return MONGOLIAN[n - 1]
    return SAID[kind].format(name=field.name, n=n)


def row(unit, n=1):
    cells = {field.name: said(field, n) for field in BY_IMPORT}
    return cells | {"organisation": unit.name, "window_name": "示例窗口"}


def imported(filing, by, *rows):
    """Take a workbook of these rows; the import that was kept of it."""
    heads = [field.head for field in OF_ROW]
    cells = [[each[field.name] for field in OF_ROW] for each in rows]
    assert making.taken(filing, by, cells, heads).is_clean
    return filing.import_batches.first()


def on_record(site):
    """Everything the database holds of a site and its liaison, but for the liaison's own key."""
    [liaison] = Liaison.objects.filter(site=site).values()
    return Site.objects.filter(pk=site.pk).values().get(), liaison | {"id": None}


@pytest.fixture
def full():
    """A site of which every field says something of its own, on a filed list; its clerk."""
    filing, by = making.complete_list(3)
    unit = factories.unit(filing.organisation)
    imported(filing, by, row(unit))
    making.file(filing, by)
    filing.refresh_from_db()
    return filing.sites.get(organisation=unit), by


@pytest.fixture
def listed(full):
    """The same once the public may know of it."""
    site, _by = full
    Site.objects.filter(pk=site.pk).update(stage=Stage.BUILDING)
    site.refresh_from_db()
    return site


@pytest.mark.parametrize("model", NOT_OF_A_ROW)
def test_every_field_of_the_record_is_of_a_row_or_says_why_not(model):
    said = [field.attribute for field in OF_ROW if field.model is model] + list(NOT_OF_A_ROW[model])
    assert sorted(said) == sorted(field.name for field in model._meta.concrete_fields)
    assert all(NOT_OF_A_ROW[model].values())


def test_every_model_of_a_row_says_what_is_none_of_it():
    assert {field.model for field in OF_ROW} == set(NOT_OF_A_ROW)


def test_field_of_a_site_bears_one_name():
    assert [field.name for field in OWN] == [field.attribute for field in OWN]
    assert [field.name for field in OF_LIAISON] == [f"liaison_{field.attribute}" for field in OF_LIAISON]


def test_import_changes_every_field_and_its_undo_restores_each():
    by = making.clerk()
    filing = making.own_list(by)
    unit = factories.unit(filing.organisation)
    imported(filing, by, row(unit))
    site = filing.sites.get()
    site.liaisons.update(user=factories.liaison_of(site))
    before, texts = on_record(site), texts_of(site)
    batch = imported(filing, by, row(unit, 2))
    site = filing.sites.get()
    now = texts_of(site)
    assert [field.name for field in OF_ROW if now[field.name] != texts[field.name]] == [
        field.name for field in BY_IMPORT
    ]
    undone = services.undo_batch(batch=batch, by=by)
    assert (undone.restored, undone.left) == (1, [])
    assert on_record(site) == before


def test_form_holds_and_saves_what_is_said_of_each(full, client):
    site, by = full
    form = SiteForm(filing=site.filing, instance=site)
    in_form = [field for field in OF_ROW if field.in_form]
    assert set(form.fields) == {field.name for field in in_form}
    texts = texts_of(site)
    typed = {"organisation": site.organisation_id}
    for field in in_form:
        if field.name != "organisation":
            typed[field.name] = field.parse(said(field, 2)) if field.choices else said(field, 2)
    services.send_back(filing=site.filing, remarks="示例。", by=factories.user(Role.OFFICE))
    client.force_login(by)
    url = reverse("sites:site_edit", args=[site.filing_id, site.pk])
    response = client.post(url, typed | {"replacement_reason": "示例。"})
    assert response.status_code == 302
    now = texts_of(Site.objects.get(pk=site.pk))
    assert [name for name in texts if name in typed and now[name] == texts[name]] == ["organisation"]


def test_replacement_names_the_window_and_what_goes_with_it(full):
    site, _by = full
    form = ReplacementForm(site=site)
    assert list(form.fields) == [*(field.name for field in OF_WINDOW), "reason"]
    assert {field.name: form.initial[field.name] for field in OF_WINDOW if field in OWN} == {
        field.name: getattr(site, field.name) for field in OF_WINDOW if field in OWN
    }


def test_replacement_that_is_approved_changes_all_that_goes_with_the_window(listed):
    filer = making.clerk(listed.filing.organisation)
    wanted = {field.name: field.parse(said(field, 2)) for field in OF_WINDOW if field in OWN}
    asked = services.ask_replacement(
        site=listed, organisation=listed.organisation, reason="示例。", by=filer, **wanted
    )
    office, leader = factories.user(Role.OFFICE), factories.user(Role.LEADING_GROUP)
    services.review_replacement(replacement=asked, is_supported=True, opinion="示例。", by=office)
    reviewing.give_all()
    services.decide_replacement(replacement=asked, is_approved=True, remarks="", by=leader)
    site = Site.objects.get(pk=listed.pk)
    assert {name: getattr(site, name) for name in wanted} == wanted


@pytest.mark.parametrize("name", ["filing_template", "filing_export"])
def test_files_of_a_list_hold_every_field(full, client, name):
    site, by = full
    client.force_login(by)
    response = client.get(reverse(f"sites:{name}", args=[site.filing_id]), {"format": "xlsx"})
    assert texts_of(site) in _by_field(response)


def test_export_of_the_desk_holds_every_field(full, client):
    site, _by = full
    client.force_login(factories.user(Role.OFFICE))
    assert texts_of(site) in _by_field(client.get(reverse("desk:sites"), {"format": "xlsx"}))


def _by_field(response):
    """The rows of a workbook by the fields whose heads stand over them."""
    heads, *rows = load_workbook(io.BytesIO(response.content)).worksheets[0].iter_rows(values_only=True)
    names = {field.head: field.name for field in SITE_FIELDS}
    names |= {str(column.head): name for name, column in OF_A_DISTRICT.items()}
    return [
        {names[head]: text or "" for head, text in zip(heads, row, strict=True) if head in names}
        for row in rows
    ]


def test_versions_keep_and_compare_every_field(full):
    [old] = [each for each in full[0].filing.versions.get().rows if each["site"] == full[0].pk]
    assert old == snapshot([full[0]])[0]
    new = old | {field.name: f"{old[field.name]}。" for field in SITE_FIELDS}
    [changed] = difference([old], [new]).rows
    assert [change.head for change in changed.changes] == [field.head for field in SITE_FIELDS]


def test_dossier_tells_every_field_as_it_was_filed(full):
    words = words_of(full[0], factories.user(Role.OFFICE), "名单中的本示范点")
    for text in texts_of(full[0]).values():
        assert "".join(text.split()) in "".join(words.split())


def test_register_holds_and_changes_every_field(full):
    site, _by = full
    services.send_back(filing=site.filing, remarks="示例。", by=factories.user(Role.OFFICE))
    register = REGISTRARS["sites"](by=factories.user(Role.OFFICE))
    names = [column.field for column in register.columns]
    assert names == ["level", "body", *(field.name for field in OF_ROW)]
    texts = texts_of(site)
    [held] = [each for each in register.rows() if each[names.index("window_name")] == site.window_name]
    assert held[2:] == [texts[field.name] for field in OF_ROW]
    home = dict(zip(names[:2], held, strict=False))
    registers.taken("sites", [home | row(site.organisation, 2)])
    now = texts_of(Site.objects.get(pk=site.pk))
    assert [name for name in texts if now[name] != texts[name]] == [field.name for field in BY_IMPORT]


def test_check_up_tells_of_each_that_should_not_be_empty(full):
    site, _by = full
    services.send_back(filing=site.filing, remarks="示例。", by=factories.user(Role.OFFICE))
    told = [field for field in OWN if field.told_if_empty]
    Site.objects.filter(pk=site.pk).update(**{field.name: field.empty for field in told})
    site.filing.refresh_from_db()
    remarks = services.check_up(site.filing, services.rows_of(site.filing))
    found = {each.text for each in remarks if each.site == site}
    assert found >= {str(field.told_if_empty) % {"site": site} for field in told}


def _shown(field, site):
    """How a page or a file that is no reader's writes it."""
    texts = texts_of(site)
    held = {"kind": site.kind, "unit_kind": site.organisation.kind}
    return {"".join(texts[field.name].split()), held.get(field.name, "".join(texts[field.name].split()))}


def _holds(texts, field, site):
    words = ["".join(str(text).split()) for text in texts]
    return any(shown in words for shown in _shown(field, site))


def _facts(html):
    """The texts of the lists of facts on a page, and of its heading."""
    found = re.findall(r"<dd>(.*?)</dd>", html, re.DOTALL)
    found += re.findall(r'class="(?:panel-title|item-text|page-lead)[^>]*>(.*?)</(?:p|h2)>', html, re.DOTALL)
    found += re.findall(r"<h1.*?>(.*?)</h1>", html, re.DOTALL)
    lines = [each.replace("<br>", "") for each in found]
    return [piece for each in lines for piece in re.sub(r"<[^>]*>", "|", each).replace("，", "|").split("|")]


@pytest.mark.parametrize("field", SITE_FIELDS, ids=lambda field: field.name)
def test_public_page_and_open_data_show_what_the_public_reads(listed, client, field):
    is_public = Seen.IN_PUBLIC in field.seen
    sites = DATA_SETS["sites"]
    [record] = sites.records().filter(pk=listed.pk)
    cells = sites.row(record)
    assert len(cells) == len(sites.fields)
    assert _holds(cells, field, listed) == is_public
    page = client.get(reverse("publicity:site", args=[listed.pk])).content.decode()
    assert _holds(_facts(page), field, listed) == is_public


@pytest.mark.parametrize("field", SITE_FIELDS, ids=lambda field: field.name)
def test_page_of_the_desk_shows_what_is_read_there(listed, client, field):
    client.force_login(factories.user(Role.OFFICE))
    page = client.get(listed.get_absolute_url()).content.decode().partition("history")[0]
    words = [word for text in _facts(page) for word in (text, *text.split())]
    assert _holds(words, field, listed) == (Seen.AT_DESK in field.seen)


@pytest.mark.parametrize("field", SITE_FIELDS, ids=lambda field: field.name)
def test_review_reads_the_row_in_full(full, field):
    page = render_to_string("sites/_row_facts.html", {"site": full[0]})
    assert _holds(_facts(page), field, full[0]) == (Seen.IN_REVIEW in field.seen)


@pytest.mark.parametrize("field", SITE_FIELDS, ids=lambda field: field.name)
def test_filing_form_prints_what_is_on_paper(full, field):
    site, by = full
    [printed] = filing_form(site.filing, [site], by)["sites"]
    assert _holds(printed.values(), field, site) == (Seen.ON_PAPER in field.seen)


def test_searched_fields_find_the_site(listed, client):
    client.force_login(factories.user(Role.OFFICE))
    for field in SITE_FIELDS:
        text = texts_of(listed)[field.name]
        for page in ("desk:search", "publicity:search"):
            found = listed.window_name in client.get(reverse(page), {"q": text}).content.decode()
            assert found or not field.searched, (field.name, page)


def test_what_a_row_is_known_by_no_import_changes():
    assert {field.name for field in OF_ROW} == {*KEY, *(field.name for field in BY_IMPORT)}
