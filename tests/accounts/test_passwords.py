"""A password is its owner's own, hard to guess, and not for ever."""

import ast
import datetime
import itertools
import time
from pathlib import Path

import pytest
from django.conf import settings as ours
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import get_default_password_validators, validate_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts.enums import Role
from accounts.guards import KEPT
from accounts.models import UsedPassword, User
from accounts.passwords import HardToGuess, NotUsed, words_about
from accounts.services import set_password
from tests import factories
from tests.at_once import on_both

pytestmark = pytest.mark.django_db
CHANGE, DESK = reverse("account_change_password"), reverse("desk:home")
GOOD = [
    "Lvcha-7-chuangkou-xue",
    "Tuo6zhan-hetao-chuang",
    "绿茶Gua7zai-yueliang",
    "kd8#Lm2pQz4w",
    "Bp4-Xuwe-92-mRt",
]


@pytest.fixture(autouse=True)
def _no_counters():
    cache.clear()


@pytest.fixture
def person():
    found = factories.user(Role.LIAISON, name="王晓燕")
    found.phone, found.username = "0473-2018845", "wangxiaoyan"
    found.save()
    return found


def refused(password, person):
    """By all rules but the one of the last passwords, which takes its time."""
    rules = [rule for rule in get_default_password_validators() if not isinstance(rule, NotUsed)]
    try:
        validate_password(password, person, rules)
    except ValidationError as error:
        return error.error_list
    return []


@pytest.mark.parametrize("password", ["aaaaaaaaaaab", "admin123456", "Passw0rd2026", "wuhai20080520"])
def test_passwords_that_passed_once_are_refused_by_the_guess_alone(person, password):
    with pytest.raises(ValidationError):
        HardToGuess().validate(password, person)


@pytest.mark.parametrize("password", GOOD)
def test_good_passwords_are_taken(person, password):
    assert refused(password, person) == []


def walks():
    rows = ["qwertyuiop", "asdfghjkl", "1234567890", "1qaz2wsx3edc", "qazwsxedc", "1q2w3e4r5t", "zxcvbnm"]
    for row, ending in itertools.product(rows, ["", "1!", "@2026", "#123", "!@#"]):
        yield row.capitalize() + ending
        yield row[::-1].capitalize() + ending
    yield from (
        "1qaz@WSX3edc",
        "!QAZ2wsx#EDC",
        "Qaz123!@#wsx",
        "QWEasd123!@#",
        "Qwer1234!@#$",
        "1234qwerASDF!",
    )


def words_with_dates():
    words = [
        "Wuhai",
        "Shifandian",
        "Zhengwugongkai",
        "Haibowan",
        "Gongkai",
        "Woaini",
        "Beijing",
        "Password",
        "Admin",
    ]
    words += [
        "Spring",
        "Monday",
        "January",
        "Huawei",
        "Nihao",
        "Zhongguo",
        "P@ssw0rd",
        "Passw0rd",
        "Wangxiaoyan",
    ]
    dates = ["2008", "2026", "20080520", "2008-05-20", "0520", "123456", "1314", str(timezone.now().year)]
    for word, sign, date in itertools.product(words, ["@", "-", "_", "!", "#"], dates):
        yield f"{word}{sign}{date}"
    for word, date in itertools.product(words, dates):
        yield f"{word}{date}!"
        yield f"{date}{word}!"


def repeated():
    for block in ["Aa1!", "Abc1!", "Xy9#", "Qw3-", "Ab1", "Zz0?", "wH8."]:
        for times in (3, 4, 6):
            if len(block * times) >= 10:
                yield block * times
    for letter in "abX7":
        yield letter * 9 + "B1!"


def about_oneself():
    for word in ("Wangxiaoyan", "Xiaoyan", "2018845", "04732018845", "王晓燕"):
        for rest in ("@2026", "-Wuhai1", "!Aa1"):
            yield f"{word}{rest}"


@pytest.mark.parametrize("kind", [walks, words_with_dates, repeated, about_oneself])
def test_a_whole_kind_of_easy_passwords_is_refused(person, kind):
    taken = [password for password in kind() if not refused(password, person)]
    assert taken == []


@pytest.mark.parametrize(
    ("password", "is_few"),
    [
        ("lvchachuangkouxue", True),
        ("lvcha-chuangkou-xue", True),
        ("Lvchachuangkouxue", True),
        ("lvcha-7-chuangkou", False),
        ("Lvcha7chuangkou", False),
        ("Lvcha-chuangkou", False),
        ("绿茶7chuangkou", False),
        ("绿茶窗口月亮河套雪山青草", True),
    ],
)
def test_three_kinds_of_signs_are_asked_for(person, password, is_few):
    assert ("password_of_few_kinds" in {error.code for error in refused(password, person)}) is is_few


def test_what_is_refused_says_what_to_change(person):
    [told] = [
        error for error in refused("Wangxiaoyan@2026", person) if error.code == "password_easy_to_guess"
    ]
    said = str(told.message)
    assert "您本人或本系统" in said
    assert "两三个" in said
    [told] = [error for error in refused("Qwertyuiop1!", person) if error.code == "password_easy_to_guess"]
    assert "常见" in str(told.message) or "键盘" in str(told.message)


def test_words_about_a_person_are_all_that_others_know(person):
    words = set(words_about(person))
    assert {"王晓燕", "wangxiaoyan", "0473-2018845", "2018845", "04732018845"} <= words
    assert person.organisation.name in words


def test_a_long_entry_costs_no_more_than_a_short_one(person):
    began = time.process_time()
    refused("Ab1!x9-" * 100_000, person)
    assert time.process_time() - began < 2


def test_the_last_five_do_not_come_back(person):
    chosen = [f"Lvcha-{n}-chuangkou-xue" for n in range(7)]
    for password in chosen[:6]:
        set_password(person=person, password=password)
    assert person.used_passwords.count() == 5
    for password in chosen[1:6]:
        with pytest.raises(ValidationError, match="最近"):
            set_password(person=person, password=password)
    set_password(person=person, password=chosen[0])
    assert person.check_password(chosen[0])
    assert not person.used_passwords.filter(password__contains="Lvcha").exists()


@on_both
def test_the_database_keeps_what_is_remembered(database, person):
    for n in range(5):
        set_password(person=person, password=f"Lvcha-{n}-chuangkou-xue")
    table = UsedPassword._meta.db_table
    for statement in (f"UPDATE {table} SET password = 'x'", f"DELETE FROM {table}"):  # noqa: S608
        with pytest.raises(IntegrityError, match=KEPT), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert person.used_passwords.count() == 5


def test_no_other_place_sets_a_password():
    """`user.set_password(…)` of Django's, in our rooms; the service and the model's own word stand."""
    found = set()
    for room in (
        "accounts",
        "assessments",
        "audit",
        "core",
        "desk",
        "documents",
        "publicity",
        "sites",
        "standards",
    ):
        for path in Path(ours.BASE_DIR, room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Attribute)
                    and node.func.attr == "set_password"
                ):
                    found.add(path.relative_to(ours.BASE_DIR).as_posix())
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "make_password":
                    found.add(path.relative_to(ours.BASE_DIR).as_posix())
    assert found == {"accounts/services/passwords.py", "accounts/models/people.py", "desk/demo/cast.py"}


# Whose password is too old, or not their own


def signed_in(client, person):
    return client.post(reverse("account_login"), {"login": person.username, "password": factories.PASSWORD})


def aged(person, **ago):
    User.objects.filter(pk=person.pk).update(password_set_at=timezone.now() - datetime.timedelta(**ago))


@pytest.mark.parametrize(("days", "is_asked"), [(89, False), (91, True)])
def test_a_password_of_ninety_days_is_changed_at_sign_in(client, person, days, is_asked):
    aged(person, days=days)
    signed_in(client, person)
    assert (client.get(DESK).status_code == 302) is is_asked


def test_a_password_that_somebody_else_set_is_changed_first(client, person, english):
    User.objects.filter(pk=person.pk).update(password_set_at=None)
    signed_in(client, person)
    there = reverse("people:my_account")
    asked = client.get(there)
    assert asked.url == f"{CHANGE}?{urlencode({'next': there})}"
    assert client.post(DESK).status_code == 302
    page = client.get(asked.url).content.decode()
    assert "Somebody else has set your password" in page
    new = {"oldpassword": factories.PASSWORD, "password1": GOOD[0], "password2": GOOD[0]}
    assert client.post(asked.url, new).url == there
    assert client.get(DESK).status_code == 200
    person.refresh_from_db()
    assert person.check_password(GOOD[0])
    assert person.password_set_at is not None


def test_whoever_works_is_not_stopped_in_the_middle(client, person):
    signed_in(client, person)
    aged(person, days=200)
    assert client.get(DESK).status_code == 200


def test_the_demo_asks_for_nothing(client, person, settings):
    settings.PORTAL_DEMO_RULES = True
    User.objects.filter(pk=person.pk).update(password_set_at=None)
    signed_in(client, person)
    assert client.get(DESK).status_code == 200


def test_a_digest_that_is_made_anew_is_still_the_owners(client, person, settings):
    """As after a change of the cost: the sign-in itself writes the digest once more."""
    settings.PASSWORD_HASHERS = [*ours.PASSWORD_HASHERS, "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    old = make_password(factories.PASSWORD, hasher="pbkdf2_sha256")
    User.objects.filter(pk=person.pk).update(password=old)
    signed_in(client, person)
    person.refresh_from_db()
    assert person.password != old
    assert client.get(DESK).status_code == 200


def test_password_of_the_command_line_is_not_the_owners(person):
    person.set_password("Lvcha-7-chuangkou-xue")
    person.save()
    person.refresh_from_db()
    assert person.password_set_at is None


def test_change_refuses_a_weak_one_and_leads_to_the_desk(client, person):
    client.force_login(person)
    weak = {"oldpassword": factories.PASSWORD, "password1": "Wuhai@2026", "password2": "Wuhai@2026"}
    assert "password1" in client.post(CHANGE, weak).context["form"].errors
    same = dict.fromkeys(weak, factories.PASSWORD)
    assert "password1" in client.post(CHANGE, same).context["form"].errors
    good = {"oldpassword": factories.PASSWORD, "password1": GOOD[1], "password2": GOOD[1]}
    assert client.post(CHANGE, good).url == DESK
