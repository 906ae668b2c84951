"""Who reads and does what about notices, objections, namings, appraisals and articles at the desk.

Predicates over the role alone; the records add their sites (`visible_to`), and `assessments.eligibility`
who is barred from a letter.
"""

from accounts.models import User
from accounts.rules import is_auditor, is_district_office, is_liaison, is_office, oversees, sees_city


def reads_notices(user: User) -> bool:
    """At the desk; everybody else reads the public page."""
    return sees_city(user)


def keeps_search_words(user: User) -> bool:
    """What people's words mean to the public search, and what they searched for in vain."""
    return is_office(user)


def knows_objections(user: User) -> bool:
    """That there is a letter, not what it says: it keeps a site from being named (plan, part five, four)."""
    return sees_city(user)


def reads_objections(user: User) -> bool:
    """What a letter says, what was found and answered: the leading group as well, which names.

    Beside them it is whoever was named to look into one (`Objection.visible_to`).
    """
    return sees_city(user)


def handles_objections(user: User) -> bool:
    """Learns who wrote a letter, and answers it: the office alone, never the unit complained of."""
    return is_office(user)


def reads_complaints(user: User) -> bool:
    """After the naming too: a complaint may show who complained, so neither unit nor district reads it."""
    return sees_city(user)


def reads_rechecks(user: User) -> bool:
    """动态跟踪管理 (plan, part six, three): the city and the site's district; a unit is not forewarned."""
    return oversees(user)


def reads_recheck_draws(user: User) -> bool:
    """The city, which draws, and the auditors, who look whether it was drawn fairly."""
    return sees_city(user) or is_auditor(user)


def reads_appraisals(user: User) -> bool:
    """社会评议 with its codes and single answers: run by the office, read by the leading group."""
    return sees_city(user)


def hangs_up_posters(user: User) -> bool:
    """Prints the poster of an appraisal: the city, the site's district, its unit."""
    return oversees(user) or is_liaison(user)


def reads_articles(user: User) -> bool:
    """At the desk, with the own body's drafts (plan, part five, four: 总结推广…好经验、好做法)."""
    return oversees(user) or is_liaison(user)


def writes_articles(user: User) -> bool:
    """Drafts articles, and records who took up a good practice; the leading group writes none."""
    return is_office(user) or is_district_office(user) or is_liaison(user)


def reads_events(user: User) -> bool:
    """Meetings at the desk: the city, which plans them, and whoever may be invited with the own body."""
    return oversees(user) or is_liaison(user)


def reads_commendations(user: User) -> bool:
    """表彰 at the desk, who was put forward and why; everybody else reads the public page."""
    return sees_city(user)


def answers_invitations(user: User) -> bool:
    """Says for the own body whether it comes to a meeting."""
    return is_district_office(user) or is_liaison(user)


def knows_enquiries(user: User) -> bool:
    """Has enquiries at the desk: the city all, a body those that lie with it."""
    return oversees(user) or is_liaison(user)


def reads_all_enquiries(user: User) -> bool:
    return sees_city(user)


def answers_enquiries(user: User) -> bool:
    """Drafts the answer where the enquiry lies with the own body: office → district → unit."""
    return is_office(user) or is_district_office(user) or is_liaison(user)


def hands_enquiries_on(user: User) -> bool:
    """To the body responsible: the office to each, a district office to those of its district."""
    return is_office(user) or is_district_office(user)


def handles_enquiries(user: User) -> bool:
    """Learns who wrote, takes enquiries down, and keeps the frequent questions: the office alone."""
    return is_office(user)
