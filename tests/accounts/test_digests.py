"""The daily digest: who gets one, what is in it, and that nobody gets two."""

from typing import ClassVar

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.functional import lazystr

from accounts import services
from accounts.channels import Channel
from accounts.enums import MessageState, Role
from accounts.models import Message, Notification
from accounts.services import make_digests, notify
from accounts.services.messages import deliver, release
from assessments.services import recusals
from sites.enums import Stage
from tests import factories
from tests.accounts.mail import message, reader, tell
from tests.at_once import at_once, kinds, on_both
from tests.publicity import scene

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mail(settings):
    settings.PORTAL_MAIL_ON = True
    settings.PORTAL_MAIL_DOMAINS = ["wuhai.example"]
    settings.PORTAL_URL = "https://portal.example"


TEXT = """\
示例读者：

截至2008年5月20日，您在门户中有以下提醒尚未阅读（新的在前）：

1. 2008-05-20 后说
   https://portal.example/desk/rounds/

2. 2008-05-19 示例窗口：先说
   https://portal.example/desk/

您的全部提醒见工作台：https://portal.example/desk/

本邮件由门户自动发送，请勿直接回复。
如不再需要每日邮件摘要，可在此关闭：https://portal.example/desk/account/
"""


def test_digest_says_exactly_this(on):
    person = reader(name="示例读者")
    on("2008-05-19")
    notify([person], text="%(site)s：先说", about={"site": "示例窗口"}, url="/desk/")
    on("2008-05-20")
    notify([person], text="后说", about={}, url=reverse("assessments:rounds"))
    assert make_digests() == 1
    made = Message.objects.get()
    assert (made.subject, made.text) == ("示范点建设：2 件待办提醒", TEXT)
    assert (made.user, made.channel, made.address) == (person, "email", person.email)
    assert set(made.notifications.all()) == set(person.notifications.all())


@pytest.mark.usefixtures("english")
def test_digest_is_in_chinese_whoever_has_it_made():
    assert message().subject == "示范点建设：1 件待办提醒"


def test_second_run_on_the_day_makes_none(on):
    person = reader()
    tell(person)
    assert (make_digests(), make_digests()) == (1, 0)
    tell(person, "又一件")
    assert make_digests() == 0
    on("2008-01-11")
    assert make_digests() == 1
    assert [list(map(str, made.notifications.all())) for made in Message.objects.order_by("pk")] == [
        ["示例提醒"],
        ["又一件"],
    ]


def test_after_a_week_without_a_worker_one_digest_has_all(on):
    person = reader()
    for day in range(10, 17):
        on(f"2008-01-{day}")
        tell(person)
    assert make_digests() == 1
    assert Message.objects.get().notifications.count() == 7


@on_both
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_make_one(database, settings):
    person = reader()
    tell(person)
    assert kinds(at_once(make_digests, make_digests)) == ["done", "done"]
    assert Message.objects.count() == 1


def test_database_refuses_a_second_one_of_the_day():
    made = message()
    copy = {name: getattr(made, name) for name in ("user", "channel", "made_on", "address", "is_outside")}
    with pytest.raises(IntegrityError, match=r"message_once_a_day|user_id"), transaction.atomic():
        Message.objects.create(**copy, state=MessageState.QUEUED)


def test_nobody_without_an_address_or_switched_off_or_who_wants_none():
    plain, off, unwilling = factories.user(Role.LIAISON), reader(), reader()
    for person in (plain, off, unwilling):
        tell(person)
    off.is_active = False
    off.save()
    services.set_wants_mail(person=unwilling, wanted=False)
    assert make_digests() == 0


def test_no_mail_server_no_digest(settings):
    settings.PORTAL_MAIL_ON = False
    tell(reader())
    assert make_digests() == 0


def test_what_was_read_is_not_told():
    person = reader()
    tell(person, "读过")
    Notification.objects.update(read_at="2008-01-10T08:00:00Z")
    assert make_digests() == 0
    tell(person, "没读")
    assert make_digests() == 1
    assert "读过" not in Message.objects.get().text


def test_nothing_of_a_site_one_stood_aside_from():
    person, site = reader(role=Role.INSPECTOR), factories.site(Stage.BUILDING)
    tell(person, "关于示范点", site)
    recusals.recuse(user=person, site=site, reason="示例")
    Notification.objects.exclude(text="关于示范点").filter(user=person).delete()
    assert make_digests() == 0
    tell(person, "别的")
    assert make_digests() == 1
    assert "关于示范点" not in Message.objects.get().text


def test_nothing_of_the_citizen_who_objected(on):
    person = reader(role=Role.OFFICE)
    on("2008-05-05")
    notice = scene.publish()
    on("2008-05-06")
    letter = scene.object_to(notice)
    make_digests()
    text = person.messages.get().text
    assert letter.get_absolute_url() in text
    for secret in (letter.objector_name, letter.objector_phone, letter.text):
        assert secret not in text


def test_what_a_leaver_was_told_comes_to_the_successor_as_well(on):
    made = message()
    leaver, successor = made.user, reader(organisation=made.user.organisation)
    services.switch_off(person=leaver, successor=successor, reason="示例", by=factories.user(Role.OFFICE))
    on("2008-01-11")
    make_digests()
    assert "示例提醒" in successor.messages.get().text


def test_address_outside_is_held_and_one_inside_goes_out():
    inside, outside = message(reader("a@WUHAI.example")), message(reader("a@elsewhere.example"))
    assert (inside.state, inside.is_outside) == (MessageState.QUEUED, False)
    assert (outside.state, outside.is_outside) == (MessageState.HELD, True)


@pytest.mark.parametrize("address", ["a@sub.wuhai.example", "wuhai.example@b.example", "a@xwuhai.example"])
def test_address_that_only_looks_like_the_own_network_is_outside(address):
    assert message(reader(address)).is_outside


def test_no_own_domain_named_all_are_outside(settings):
    settings.PORTAL_MAIL_DOMAINS = []
    assert message().state == MessageState.HELD


class Telephone(Channel):
    """短信, for a test: whoever has a telephone."""

    key = "telephone"
    label = lazystr("短信")
    taken: ClassVar[list[tuple[str, str]]] = []

    def is_on(self):
        return True

    def address_of(self, user):
        return user.phone

    def send(self, message):
        Telephone.taken.append((message.address, message.text))


def test_further_channel_is_a_class_and_a_line_of_settings(settings):
    settings.PORTAL_CHANNELS = ["accounts.channels.Email", f"{__name__}.Telephone"]
    person = reader()
    person.phone = "0473-0000000"
    person.save()
    tell(person)
    assert make_digests() == 2
    by_phone = Message.objects.get(channel="telephone")
    assert (by_phone.address, by_phone.state) == ("0473-0000000", MessageState.HELD)
    release(messages=[by_phone], by=factories.user(Role.OFFICE))
    deliver(by_phone.pk)
    by_phone.refresh_from_db()
    assert by_phone.state == MessageState.SENT
    assert Telephone.taken == [("0473-0000000", by_phone.text)]


def test_one_persons_trouble_keeps_nobody_elses_mail_back(caplog):
    broken, fine = reader(), reader()
    notify([broken], text="%(lost)s", about={}, url="/desk/")
    tell(fine)
    assert make_digests() == 1
    assert Message.objects.get().user == fine
    assert f"person {broken.pk}" in caplog.text


def test_those_who_get_none_cost_nothing():
    asked = []
    for _ in range(2):
        for _ in range(15):
            tell(reader())
        make_digests()
        with CaptureQueriesContext(connection) as captured:
            make_digests()
        asked.append(len(captured))
    assert asked == [1, 1]


def test_a_digest_costs_the_same_whatever_is_in_it():
    asked = []
    for lines in (3, 30):
        person = reader()
        for _ in range(lines):
            tell(person)
        with CaptureQueriesContext(connection) as captured:
            assert make_digests() == 1
        asked.append(len(captured))
    assert asked[0] == asked[1] <= 14
