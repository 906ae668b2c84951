"""What is done with people and organisations; every page, import and command calls these."""

from .deputies import end_deputy, name_deputy
from .digests import make_digests
from .leaving import switch_off, switch_on
from .links import invite, link_ends, link_key, make_link, make_links, person_named, take_link
from .messages import discard, release, send_again
from .notifications import keepers, notify
from .organisations import add_organisation, change_organisation, check_names, next_unit_code
from .passwords import password_ends, set_password
from .people import add_person, change_person, homes, roles, set_wants_mail
from .successors import successors

__all__ = [
    "add_organisation",
    "add_person",
    "change_organisation",
    "change_person",
    "check_names",
    "discard",
    "end_deputy",
    "homes",
    "invite",
    "keepers",
    "link_ends",
    "link_key",
    "make_digests",
    "make_link",
    "make_links",
    "name_deputy",
    "next_unit_code",
    "notify",
    "password_ends",
    "person_named",
    "release",
    "roles",
    "send_again",
    "set_password",
    "set_wants_mail",
    "successors",
    "switch_off",
    "switch_on",
    "take_link",
]
