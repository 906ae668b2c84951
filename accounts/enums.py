"""Who is who: roles of people, kinds of organisations."""

from enum import nonmember

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person does in the campaign: one role an account."""

    LEADING_GROUP = "leading_group", _("leading group")
    OFFICE = "office", _("municipal office")
    DISTRICT = "district", _("district office")
    INSPECTOR = "inspector", _("inspector")
    LIAISON = "liaison", _("liaison")
    AUDITOR = "auditor", _("auditor")

    # Roles that see the whole city.
    CITY_WIDE = nonmember(("leading_group", "office"))


class OrganisationKind(models.TextChoices):
    LEADING_GROUP = "leading_group", _("leading group")
    OFFICE = "office", _("municipal office")
    DISTRICT_OFFICE = "district_office", _("district office")
    DISTRICT_GOVERNMENT = "district_government", _("district government")
    DEPARTMENT = "department", _("department")
    UTILITY = "utility", _("public utility or institution")
    TOWN = "town", _("town")
    SUBDISTRICT = "subdistrict", _("subdistrict office")
    OTHER = "other", _("other")

    # What a district may choose as a site: 部门（公用事业单位）或镇、街道办事处 (plan, part three).
    DISTRICT_CHOICE = nonmember(("department", "utility", "town", "subdistrict"))
