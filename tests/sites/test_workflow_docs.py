"""docs/workflow.md says what the table says."""

from django.conf import settings

from sites.management.commands.workflow_table import markdown


def test_workflow_page_is_drawn_from_the_table():
    page = (settings.BASE_DIR / "docs" / "workflow.md").read_text(encoding="utf-8")
    assert page == markdown()
