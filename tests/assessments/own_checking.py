"""Walks a district's self-check along its road, by the services."""

from accounts.enums import Role
from accounts.models import User
from assessments.enums import Fulfilment, OwnCheckAction, OwnCheckState
from assessments.models import OwnCheck, OwnCheckAnswer
from assessments.services import own_checks
from tests import factories
from tests.sites import making


def begun(by: User) -> OwnCheck:
    return own_checks.begin(programme=factories.programme(), by=by)


def says(answer: OwnCheckAnswer, by: User, fulfilment=Fulfilment.DONE, text="示例", **more) -> None:
    values = {"links": ()} | more
    own_checks.answer(answer=answer, by=by, fulfilment=fulfilment, text=text, **values)


def answered(check: OwnCheck, by: User) -> OwnCheck:
    for answer in check.answers.all():
        says(answer, by)
    return check


def take(check: OwnCheck, action: str, by: User, note: str = "") -> OwnCheck:
    own_checks.take(check=check, action=OwnCheckAction(action), by=by, note=note)
    check.refresh_from_db()
    return check


def forward(check: OwnCheck, by: User) -> OwnCheck:
    return take(answered(check, by), "put_forward", by)


def filed(check: OwnCheck, clerk: User, head: User) -> OwnCheck:
    return take(forward(check, clerk), "file", head)


def standing(clerk: User, state: str) -> OwnCheck:
    """Before the head, filed, or sent back for more."""
    check = forward(begun(clerk), clerk)
    head = making.head(check.district)
    if state != OwnCheckState.FORWARD:
        take(check, "file", head)
    if state == OwnCheckState.RETURNED:
        take(check, "ask_more", factories.user(Role.OFFICE), "示例")
    return check
