import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests import factories
from tests.sites import making
from sites import services
pytestmark=[pytest.mark.django_db]
def show(client,url):
    with CaptureQueriesContext(connection) as c: client.get(url)
    print(url)
    for q in c.captured_queries: print("   ",q["sql"][:60],"...",q["sql"][q["sql"].find(" FROM "):][:230])
def test_a(client):
    f,by=making.complete_list(3); client.force_login(by); show(client,f.get_absolute_url())
def test_b(client):
    s=making.determined_site(); by=factories.liaison_of(s); client.force_login(by)
    services.file_plan(site=s,text="x",working_body="y",by=by)
    show(client,reverse("sites:plan",args=[s.pk]))
    client.force_login(making.clerk()); show(client,reverse("sites:plan",args=[s.pk])); show(client,s.filing.get_absolute_url())
