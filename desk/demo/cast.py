"""The sample people and units of the demo."""

from dataclasses import dataclass, field
from functools import cache

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.enums import OrganisationKind, Role
from accounts.models import Organisation, User

# The demo's only password; accounts with it exist nowhere else.
PASSWORD = "shifandian-2008"  # noqa: S105  # printed on screen: it opens sample accounts only
PHONE = "0473-0000000"
SAMPLE = "（示例）"

# What each district adds to its towns and subdistricts: (name, kind).
DISTRICT_UNITS = (
    ("民政局", OrganisationKind.DEPARTMENT),
    ("劳动和社会保障局", OrganisationKind.DEPARTMENT),
    ("自来水公司", OrganisationKind.UTILITY),
)
INSPECTING_DEPARTMENTS = ("市监察局", "市政府法制办", "市人事局", "市信息办")
LEADING_GROUP = {
    "lingdao": "领导小组成员",
    "lingdao2": "领导小组成员2",
    "lingdao3": "领导小组成员3",
}


@dataclass
class Cast:
    """Everybody who acts in the demo; liaisons by the pk of their unit.

    Of each district's office a clerk and its head, by the pk of the district.

    `colleague` is of the office as well: nobody decides an objection alone. `leader` chairs the
    `leading_group`, and is the first of it. The `administrators` run the portal and give its rights.
    """

    leading_group: list[User]
    office: User
    colleague: User
    auditor: User
    administrators: list[User]
    districts: dict[int, User]
    heads: dict[int, User]
    inspectors: list[User]
    liaisons: dict[int, User] = field(default_factory=dict)

    @property
    def leader(self) -> User:
        return self.leading_group[0]

    def liaison(self, unit: Organisation) -> User:
        """The unit's liaison, with an account made on first need."""
        if unit.pk not in self.liaisons:
            number = len(self.liaisons) + 1
            self.liaisons[unit.pk] = _person(
                f"lianluo{number:02d}", Role.LIAISON, unit, f"联络员{number:02d}"
            )
        return self.liaisons[unit.pk]


def make_cast() -> Cast:
    offices = {
        kind: Organisation.objects.get(kind=kind)
        for kind in (OrganisationKind.LEADING_GROUP, OrganisationKind.OFFICE)
    }
    auditing = make_unit("市审计局", "SAMPLE-AUDIT", OrganisationKind.DEPARTMENT)
    computing = make_unit("市信息中心", "SAMPLE-IT", OrganisationKind.DEPARTMENT)
    districts = Organisation.objects.filter(kind=OrganisationKind.DISTRICT_OFFICE).order_by("code")
    return Cast(
        leading_group=[
            _person(username, Role.LEADING_GROUP, offices[OrganisationKind.LEADING_GROUP], name)
            for username, name in LEADING_GROUP.items()
        ],
        office=_person("shiban", Role.OFFICE, offices[OrganisationKind.OFFICE], "市办工作人员"),
        colleague=_person("shiban2", Role.OFFICE, offices[OrganisationKind.OFFICE], "市办工作人员2"),
        auditor=_person("shenji", Role.AUDITOR, auditing, "审计员"),
        administrators=[
            _person("xitong", Role.SYSTEM, computing, "系统管理员"),
            _person("anquan", Role.SECURITY, computing, "安全管理员"),
        ],
        districts={
            office.district_id: _person(f"quban{n}", Role.DISTRICT, office, f"{office.district}办工作人员")
            for n, office in enumerate(districts, start=1)
            if office.district_id
        },
        heads={
            office.district_id: _person(
                f"quzhu{n}", Role.DISTRICT, office, f"{office.district}办负责人", is_head=True
            )
            for n, office in enumerate(districts, start=1)
            if office.district_id
        },
        inspectors=[
            _person(
                f"ducha{n}",
                Role.INSPECTOR,
                make_unit(name, f"SAMPLE-D{n}", OrganisationKind.DEPARTMENT),
                f"督查员{n}",
            )
            for n, name in enumerate(INSPECTING_DEPARTMENTS, start=1)
        ],
    )


def district_units(district: Organisation) -> list[Organisation]:
    """Five units a district puts forward: three samples and the first two of its towns and subdistricts."""
    made = [
        make_unit(f"{district.short_name}{name}", f"SAMPLE-{district.code}-{n}", kind, district)
        for n, (name, kind) in enumerate(DISTRICT_UNITS, start=1)
    ]
    places = Organisation.objects.filter(
        district=district, kind__in=(OrganisationKind.TOWN, OrganisationKind.SUBDISTRICT)
    ).order_by("code")
    return [*made, *places[:2]]


def make_unit(name: str, code: str, kind: str, district: Organisation | None = None) -> Organisation:
    return Organisation.objects.create(
        name=f"{name}{SAMPLE}", short_name=name, code=code, kind=kind, district=district, is_sample=True
    )


def _person(
    username: str, role: Role, organisation: Organisation, name: str, *, is_head: bool = False
) -> User:
    return User.objects.create(
        username=username,
        password=_hashed(),
        password_set_at=timezone.now(),
        role=role,
        organisation=organisation,
        name=f"{name}{SAMPLE}",
        phone=PHONE,
        is_head=is_head,
    )


@cache
def _hashed() -> str:
    """Hashed once: the same password for thirty samples costs one hash."""
    return make_password(PASSWORD)
