"""One person, one account: the name on it is a person's."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from tables.tidy import tidy

# Sample people are told by this mark, and by nothing else.
SAMPLE = "示例"
# What an account is called that several people use.
SHARED = (
    "办公室", "管理员", "联络员", "督查员", "审计员", "工作人员", "经办人", "负责人", "值班", "窗口",
    "服务台", "大厅", "科室", "单位", "公用", "共用", "通用", "测试", "账号", "帐号", "用户",
    "领导小组", "政务公开",
)  # fmt: skip
SHARED_LATIN = ("admin", "administrator", "test", "user", "office", "account", "guest")
# Between the parts of a name: 阿拉坦·其其格, O'Neil, Anne-Marie.
JOINTS = "·•. '’-"


def check_person_name(name: str, organisation: Organisation | None) -> None:
    """Raise ValidationError unless `name`, in its one spelling, can be a person's name there."""
    if SAMPLE in name:
        return
    letters = [letter for letter in name if letter not in JOINTS]
    if len(letters) < 2 or not all(letter.isalpha() for letter in letters):
        raise ValidationError({"name": _("Write the person's own name, in letters only.")})
    if _names_a_post(name) or (organisation and _names_the_organisation(name, organisation)):
        told = _("“%(name)s” is not a person's name. Accounts are not shared: each person has their own.")
        raise ValidationError({"name": told % {"name": name}})


def check_once(person: User) -> None:
    """Raise ValidationError if somebody of this name acts for the organisation already, and can sign in."""
    namesakes = User.objects.active().filter(organisation=person.organisation, name=person.name)
    if namesakes.exclude(pk=person.pk).exists():
        told = _("%(name)s has an account at %(organisation)s already; one person has one account.")
        raise ValidationError({"name": told % {"name": person.name, "organisation": person.organisation}})


def _names_a_post(name: str) -> bool:
    return name.lower() in SHARED_LATIN or any(word in name for word in SHARED)


def _names_the_organisation(name: str, organisation: Organisation) -> bool:
    """Two letters of an organisation may stand in a person's name (张海南); three do not by chance."""
    names = {tidy(text) for text in (organisation.name, organisation.short_name, *organisation.aliases)}
    return any(
        name == other or (len(other) > 2 and other in name) or (len(name) > 2 and name in other)
        for other in names
    )
