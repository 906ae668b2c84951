"""Who reads papers that are not public, who signs for what is delivered, and who follows it up.

`Document.visible_to` adds the sites a paper is about, and to whom it is addressed.
"""

from accounts.enums import Role
from accounts.models import User
from accounts.rules import is_inspector, is_leading_group, is_office, sees_city

# Who signs for what comes to the own organisation; an administrator has no part in the campaign.
SIGNING = tuple(role for role in Role if role not in Role.ADMINISTRATORS)

# Who speaks for an organisation that is told to act; an inspector marks afresh, whatever was done.
ANSWERING = (Role.OFFICE, Role.DISTRICT, Role.LIAISON)


def reads_all_papers(user: User) -> bool:
    """Internal papers as well: the city, which issues and signs them. A recusal takes away even these."""
    return sees_city(user)


def is_to_judge_afresh(user: User) -> bool:
    """Reads no withdrawn paper: an inspector may have to mark a site it speaks of."""
    return is_inspector(user)


def signs_for_papers(user: User) -> bool:
    """签收 for the own organisation: each of its people, so that it needs no deputy."""
    return user.role in SIGNING


def keeps_copies(user: User) -> bool:
    """The office prints papers, hands them out, and records who received one on paper."""
    return is_office(user)


def instructs(user: User) -> bool:
    """批示: a member of the leading group, which organises and coordinates (plan, part six, one)."""
    return is_leading_group(user)


def answers_instructions(user: User) -> bool:
    """Says for the own organisation what was done: each of its people, so that it needs no deputy."""
    return user.role in ANSWERING


def has_instructions(user: User) -> bool:
    """Gives them, or may be told by one to act."""
    return instructs(user) or answers_instructions(user)


def words_papers(user: User) -> bool:
    """Sets the standing text of the papers, and the letters of their numbers."""
    return is_office(user)
