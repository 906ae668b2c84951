"""What the two lists export, their importers read back as nothing new."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Organisation, User
from sites.registers import REGISTRARS
from tables.reading import read
from tests import factories
from tests.sites.making import upload

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("register", "model"), [("organisations", Organisation), ("people", User)])
@pytest.mark.parametrize("file_format", ["xlsx", "csv"])
def test_export_reads_back_unchanged(client, office, liaison, register, model, file_format):
    unit = factories.unit(factories.district())
    Organisation.objects.filter(pk=unit.pk).update(aliases=["示例甲", "示例乙"])
    factories.user(Role.LIAISON, unit, name="=示例乙")
    User.objects.filter(pk=liaison.pk).update(email="shili@example.com", phone="0473-0000000")
    client.force_login(office)
    name = "people:people" if register == "people" else "people:organisations"
    content = client.get(reverse(name), {"format": file_format}).content
    registrar = REGISTRARS[register](by=office)
    table = read(upload(content, f"list.{file_format}"), registrar.columns, max_rows=1000)
    outcomes = [str(registrar.judge(line, table.letters).outcome) for line in table.lines]
    assert outcomes == ["unchanged"] * model.objects.count()
