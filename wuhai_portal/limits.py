"""The one table of limits: how many acts of one account, device or address there may be in how many seconds.

`PORTAL_LIMITS` changes a line's numbers: `objections_address=80/3600,sign_in_address=200/60`.
"""

from django.core.exceptions import ImproperlyConfigured

# name → per what, how many, in how many seconds
TABLE: dict[str, tuple[str, int, int]] = {
    # Wrong passwords from where an account was used before: its own, so that nobody else uses them up.
    "sign_in_known": ("device", 10, 300),
    # Where only the address is known, as of a house, it is not enough for guessing on and on.
    "sign_in_house_hour": ("address", 30, 3600),
    "sign_in_house_day": ("address", 60, 86400),
    # Of everybody else: the more there were, the longer they wait, and a day at most.
    "sign_in_account": ("account", 5, 60),
    "sign_in_account_hour": ("account", 20, 3600),
    "sign_in_account_day": ("account", 60, 86400),
    "sign_in_device": ("device", 60, 300),
    # A house full of clerks shares one address, and more than a house mistypes is refused.
    "sign_in_address": ("address", 100, 60),
    "sign_in_address_hour": ("address", 600, 3600),
    # The second step, and the question for one's own password before a signature.
    "second_factor": ("account", 5, 300),
    "second_factor_day": ("account", 60, 86400),
    "second_factor_known": ("device", 5, 300),
    "own_password": ("account", 10, 60),
    "own_password_hour": ("account", 30, 3600),
    "change_password": ("account", 5, 60),
    # Wrong last digits of the telephone at the page behind a link.
    "link_digits": ("account", 5, 3600),
    # Of wrong tries so many stand one by one in the trail; the others are counted.
    "trail_of_tries": ("address", 10, 3600),
    "trail_of_all_tries": ("portal", 200, 3600),
    # What everybody may do. A device has half of what its address has: it leaves others theirs.
    "objections_device": ("device", 20, 3600),
    "objections_address": ("address", 40, 3600),
    "enquiries_device": ("device", 10, 3600),
    "enquiries_address": ("address", 20, 3600),
    # Looking up an answer while typing, which reads what is published.
    "suggestions_address": ("address", 300, 600),
    "attachments_device": ("device", 20, 3600),
    "attachments_address": ("address", 40, 3600),
    # Data for programs that is drawn anew; what is kept of it costs nothing.
    "api_address": ("address", 120, 60),
    # Files of a day: a place for each 5 MB that one begins. Whoever has no account is counted by the address.
    "uploads_account": ("account", 400, 86400),
    "uploads_address": ("address", 100, 86400),
    # What is taken out as a table, looks at what citizens wrote, whole dossiers, and single papers and files,
    # of a day. Whoever fetches a dossier of each of thirty sites, and all evidence of a week, meets none.
    "exports_account": ("account", 300, 86400),
    "looks_account": ("account", 200, 86400),
    "dossiers_account": ("account", 100, 86400),
    "files_account": ("account", 800, 86400),
    # Words to who keeps one's account.
    "corrections_account": ("account", 5, 86400),
    # Codes that lead nowhere: there are 32¹⁰ of receipts and 32⁸ of slips, so that nobody comes upon one.
    "receipts_device": ("device", 20, 3600),
    "receipts_address": ("address", 40, 3600),
    "appraisal_codes_device": ("device", 60, 600),
    "appraisal_codes_address": ("address", 120, 600),
}


def limits(changed: list[str]) -> dict[str, tuple[str, int, int]]:
    """The table with what the environment changes of it; a line that is none stops the start."""
    table = dict(TABLE)
    for each in changed:
        name, _is, numbers = each.partition("=")
        most, _per, seconds = numbers.partition("/")
        if name not in table or not (most.isdecimal() and seconds.isdecimal() and int(most) and int(seconds)):
            raise ImproperlyConfigured(
                f"PORTAL_LIMITS: {each!r} is none of its lines, such as objections_address=40/3600"
            )
        table[name] = (table[name][0], int(most), int(seconds))
    return table


def for_allauth(table: dict[str, tuple[str, int, int]], name: str, per: str) -> str:
    """A line in the words of allauth, where its own code counts."""
    _per, most, seconds = table[name]
    return f"{most}/{seconds}s/{per}"
