"""The public site's columns (栏目), for the site map, the sitemap and every page's meta tags."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.http import page_address


@dataclass(frozen=True)
class Column:
    """A page that stands by itself, whatever has been published."""

    name: str
    label: Promise
    about: Promise

    @property
    def url(self) -> str:
        return page_address(f"publicity:{self.name}")


COLUMNS = {
    column.name: column
    for column in (
        Column("home", _("Home"), _("How far the campaign is, and what is open to you now.")),
        Column("programme", _("The plan"), _("The plan word for word, its phases and what came of them.")),
        Column("standards", _("Standards"), _("What a demonstration site is measured by, item by item.")),
        Column(
            "rulebook", _("Rulebook"), _("How points become a result, article by article, in each version.")
        ),
        Column("grounds", _("Grounds"), _("The laws, opinions and notices behind it, and how they stand.")),
        Column("sites", _("Demonstration sites"), _("Every site, by district, level, kind and stage.")),
        Column("determinations", _("Determined lists"), _("Which sites were determined, by which paper.")),
        Column(
            "notices", _("Public notices"), _("Sites about to be named; while a notice runs, you may object.")
        ),
        Column("objection", _("Follow an objection"), _("How far your objection is, by its receipt code.")),
        Column(
            "appraise", _("Appraise a site"), _("Five questions, one minute, with the code on your slip.")
        ),
        Column("namings", _("Namings"), _("Who bears the title, by which decision, and who lost it.")),
        Column("commendations", _("Commendations"), _("Who was commended, by which decision, and for what.")),
        Column("articles", _("Experience"), _("Good practices, meetings, commendations and news.")),
        Column("verify", _("Verify a document"), _("Whether an official paper is genuine, by its code.")),
        Column("search", _("Search"), _("Everything published here, by its words.")),
        Column("open_data", _("Open data"), _("What is published here as CSV, JSON and XLSX.")),
        Column(
            "report_error", _("Report an error on this website"), _("What is wrong here, and whom to tell.")
        ),
        Column("help", _("Help"), _("How to do what, a page for everybody who takes part.")),
        Column("site_map", _("Site map"), _("Every column of this site on one page.")),
    )
}


def column_of(path: str) -> Column:
    """The column a page belongs to, by its address; the home page's where it belongs to none."""
    holding = [column for column in COLUMNS.values() if path.startswith(column.url)]
    return max(holding, key=lambda column: len(column.url))
