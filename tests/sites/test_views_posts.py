"""The pages of liaisons and of vacant posts."""

import pytest
from django.urls import reverse

from accounts.enums import Role
from sites import services
from sites.enums import Level, Stage
from sites.models import HandOver
from tests import factories
from tests.sites import making

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

VACANCIES = reverse("sites:vacancies")


def page(site):
    return reverse("sites:liaisons", args=[site.pk])


def act(name, post):
    return reverse(f"sites:{name}", args=[post.pk])


def fields(**changed):
    return {"name": "示例乙", "phone": "0473-1111111", "user": "", **changed}


def test_liaisons_ladder(client, site):
    assert client.get(page(site)).status_code == 302
    for stranger in (making.clerk(factories.district("乌达")), factories.user(Role.LIAISON)):
        client.force_login(stranger)
        assert client.get(page(site)).status_code == 404
    client.force_login(factories.user(Role.LEADING_GROUP))
    response = client.get(page(site))
    assert response.context["new"] is None
    assert client.post(page(site), fields()).status_code == 403
    assert client.delete(page(site)).status_code == 405


def test_liaison_is_named(client, site, liaison):
    client.force_login(liaison)
    assert client.post(page(site), fields(user=liaison.pk)).url == page(site)
    made = site.liaisons.get(name="示例乙")
    assert (made.phone, made.user) == ("0473-1111111", liaison)
    assert "0473-1111111" in client.get(page(site)).content.decode()


def test_liaison_with_another_units_account_is_refused_at_the_field(client, site, liaison):
    client.force_login(liaison)
    response = client.post(page(site), fields(user=factories.user(Role.LIAISON).pk))
    assert response.status_code == 422
    assert list(response.context["new"].errors) == ["user"]
    assert "示例乙" in response.content.decode()


def test_liaison_of_the_same_name_is_refused(client, site, liaison):
    client.force_login(liaison)
    assert client.post(page(site), fields(name=" 示例联络员 ")).status_code == 422
    assert site.liaisons.count() == 1


def test_liaisons_of_a_row_that_is_edited_are_named_there(client):
    filing, by = making.complete_list()
    site = filing.sites.first()
    client.force_login(by)
    response = client.get(page(site))
    assert response.context["new"] is None
    assert filing.get_absolute_url() in response.content.decode()
    assert client.post(page(site), fields()).status_code == 422


@pytest.mark.parametrize("name", ["liaison", "hand_over"])
def test_post_is_changed_by_those_who_keep_it(client, site, post, name):
    assert client.get(act(name, post)).status_code == 302
    client.force_login(making.clerk(factories.district("乌达")))
    assert client.get(act(name, post)).status_code == 404
    client.force_login(factories.user(Role.LEADING_GROUP))
    assert client.get(act(name, post)).status_code == 403
    client.force_login(factories.user(Role.OFFICE))
    assert client.get(act(name, post)).status_code == 200
    assert client.delete(act(name, post)).status_code == 405


def test_telephone_is_corrected(client, site, post, district):
    client.force_login(district)
    assert client.get(act("liaison", post)).context["form"].initial["phone"] == post.phone
    assert client.post(act("liaison", post), {"phone": ""}).status_code == 422
    assert client.post(act("liaison", post), {"phone": "０４７３-２"}).url == page(site)
    post.refresh_from_db()
    assert post.phone == "0473-2"


def handing_over(post, **changed):
    return fields(from_name=post.name, reason="调离（示例）", **changed)


def test_post_is_handed_over(client, site, post, district):
    client.force_login(district)
    assert client.post(act("hand_over", post), handing_over(post)).url == page(site)
    html = client.get(page(site)).content.decode()
    assert "示例乙" in html
    assert "调离（示例）" in html


def test_post_handed_over_wrong_keeps_what_was_typed(client, post, district):
    client.force_login(district)
    response = client.post(act("hand_over", post), handing_over(post, name="<script>", phone=""))
    assert response.status_code == 422
    assert "&lt;script&gt;" in response.content.decode()
    assert not HandOver.objects.exists()


def test_post_handed_over_by_two_goes_on_once(client, post, district):
    client.force_login(district)
    sent = handing_over(post)
    client.post(act("hand_over", post), sent)
    response = client.post(act("hand_over", post), sent | {"name": "示例丙"})
    assert response.status_code == 422
    assert "has handed this post over already" in response.content.decode()
    assert HandOver.objects.count() == 1


def test_liaisons_of_a_district(client, site, district, liaison):
    url = reverse("sites:district_liaisons", args=[site.filing_id])
    client.force_login(liaison)
    assert client.get(url).status_code == 404
    client.force_login(district)
    assert client.post(url, fields(user=district.pk)).url == url
    made = site.filing.liaisons.get()
    assert client.post(act("hand_over", made), handing_over(made, name="示例丙")).url == url
    assert site.filing.liaisons.get().name == "示例丙"


def test_vacancies_are_for_those_who_look_after_many(client, site, liaison, district):
    assert client.get(VACANCIES).status_code == 302
    for reader in (liaison, factories.user(Role.INSPECTOR), factories.user(Role.AUDITOR)):
        client.force_login(reader)
        assert client.get(VACANCIES).status_code == 403
    client.force_login(district)
    response = client.get(VACANCIES)
    assert len(response.context["sites"]) == 3
    assert str(site) not in {row["name"] for row in response.context["sites"]}
    client.force_login(making.clerk(factories.district("乌达")))
    assert "Every post is filled" in client.get(VACANCIES).content.decode()
    assert client.post(VACANCIES).status_code == 405


def test_vacancy_warns_on_the_pages_of_the_site(client, site, district):
    client.force_login(district)
    pages = [site.get_absolute_url(), page(site), reverse("sites:plan", args=[site.pk])]
    for url in pages:
        assert "Nobody of the unit can sign in." in client.get(url).content.decode()
    factories.liaison_of(site)
    for url in pages:
        assert "Nobody of the unit can sign in." not in client.get(url).content.decode()


def test_vacancies_same_queries_at_3_and_30_rows(client, django_assert_max_num_queries):
    client.force_login(factories.user(Role.OFFICE))

    def queries(count):
        for _n in range(count):
            factories.site(Stage.BUILDING, level=Level.DISTRICT)
        with django_assert_max_num_queries(12) as captured:
            assert client.get(VACANCIES).status_code == 200
        return len(captured)

    assert queries(3) == queries(27)


def test_liaisons_same_queries_at_3_and_30_rows(client, site, district, django_assert_max_num_queries):
    client.force_login(district)
    made = 0

    def queries(count):
        nonlocal made
        for _n in range(count):
            made += 1
            user = factories.liaison_of(site)
            services.add_liaison(owner=site, name=f"示例{made}号", phone="1", user=user, by=district)
            services.hand_over(
                liaison=site.liaisons.last(),
                from_name=f"示例{made}号",
                name=f"示例{made}接",
                phone="1",
                reason="示例",
                by=district,
            )
        with django_assert_max_num_queries(12) as captured:
            assert client.get(page(site)).status_code == 200
        return len(captured)

    assert queries(3) == queries(27)


# -- an account for who holds a post ----------------------------------------------------


@pytest.fixture
def registered(site):
    """A liaison who is registered with a telephone, of a unit that nobody can sign in for."""
    post = site.liaisons.get()
    post.name, post.phone = "王小明（示例）", "0473-2222222"
    post.save()
    return post


def test_account_opened_for_a_liaison_takes_over_name_and_telephone(client, site, district, registered):
    client.force_login(district)
    address = act("liaison_account", registered)
    assert address in client.get(page(site)).content.decode()
    form = client.get(address).context["form"]
    given = {name: form[name].value() or "" for name in form.fields}
    assert given == {"name": "王小明（示例）", "phone": "0473-2222222", "username": "", "email": ""}
    answer = client.post(address, given)
    registered.refresh_from_db()
    person = registered.user
    assert answer.url == reverse("people:link", args=[person.pk])
    assert (person.name, person.phone, person.role) == ("王小明（示例）", "0473-2222222", Role.LIAISON)
    assert person.organisation == site.organisation
    assert address not in client.get(page(site)).content.decode()
    assert client.post(address, {**given, "name": "示例别人"}).status_code == 422


def test_account_of_a_registered_name_is_the_posts_however_it_is_opened(client, site, district, registered):
    client.force_login(district)
    new = {"name": "王小明（示例）", "organisation": site.organisation_id, "phone": "", "email": ""}
    assert client.post(reverse("people:person_add"), {**new, "username": "lianluo77"}).status_code == 302
    registered.refresh_from_db()
    assert registered.user.username == "lianluo77"


def test_account_is_opened_by_who_may_appoint(client, site, registered):
    for stranger, status in (
        (making.clerk(factories.district("乌达")), 404),
        (factories.liaison_of(site), 403),
        (factories.user(Role.LEADING_GROUP), 403),
    ):
        client.force_login(stranger)
        assert client.get(act("liaison_account", registered)).status_code == status
    client.force_login(factories.user(Role.OFFICE))
    assert client.get(act("liaison_account", registered)).status_code == 200
