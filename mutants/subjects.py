"""Where mutants are made, and which tests must notice them: the room's own, the quick ones first."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Subject:
    """A module; of these functions, classes and names `only`, if any."""

    path: str
    tests: tuple[str, ...]
    only: tuple[str, ...] = ()


SUBJECTS = (
    Subject(
        "assessments/scoring.py",
        (
            "tests/assessments/test_scoring_by_hand.py",
            "tests/assessments/test_scoring.py",
            "tests/assessments/test_scoring_properties.py",
        ),
    ),
    Subject("assessments/judging.py", ("tests/assessments/test_judging.py",)),
    Subject("core/clock.py", ("tests/sites/test_calendar.py",)),
    Subject("sites/calendar.py", ("tests/sites/test_calendar.py",)),
    Subject("assessments/drawing.py", ("tests/assessments/test_drawing.py",)),
    Subject("core/transitions.py", ("tests/core/test_transitions.py",)),
    Subject(
        "sites/workflow.py",
        (
            "tests/sites/test_workflow_table.py",
            "tests/sites/test_workflow_matrix.py",
            "tests/assessments/test_gates.py",
            "tests/sites/test_recall.py",
            "tests/test_two_persons.py",
        ),
    ),
    Subject(
        "assessments/finding_steps.py",
        ("tests/assessments/test_finding_table.py", "tests/assessments/test_finding_steps.py"),
    ),
    Subject(
        "publicity/objection_steps.py",
        ("tests/publicity/test_objection_table.py", "tests/publicity/test_objection_steps.py"),
    ),
    Subject("core/brakes.py", ("tests/core/test_brakes.py",)),
    Subject("wuhai_portal/limits.py", ("tests/core/test_brakes.py",)),
    Subject(
        "wuhai_portal/settings/files.py",
        ("tests/core/test_middleware.py",),
        only=("PORTAL_UPLOAD_MAX_BYTES", "PORTAL_BODY_MAX_BYTES"),
    ),
    Subject(
        "wuhai_portal/settings/signing_in.py",
        ("tests/accounts/test_signing_in.py",),
        only=("ACCOUNT_RATE_LIMITS",),
    ),
    Subject("core/middleware.py", ("tests/core/test_middleware.py",), only=("BodyLimitMiddleware",)),
    Subject("tables/uploads.py", ("tests/tables/test_uploads.py",), only=("check_size",)),
    Subject(
        "assessments/services/evidence.py", ("tests/assessments/test_evidence.py",), only=("_check_total",)
    ),
    Subject(
        "publicity/services/objections.py",
        ("tests/publicity/test_services_objections.py",),
        only=("attach",),
    ),
    Subject("documents/services/papers.py", ("tests/documents/test_numbers.py",), only=("next_number",)),
    Subject("documents/numbers.py", ("tests/documents/test_numbers.py",)),
    Subject("documents/papers.py", ("tests/documents/test_numbers.py",), only=("Paper",)),
    Subject("audit/sealing.py", ("tests/audit/test_seals.py", "tests/audit/test_sequencing.py")),
    Subject(
        "audit/checking.py",
        (
            "tests/audit/test_seals.py",
            "tests/audit/test_tricks.py",
            "tests/audit/test_tricks_with_former_keys.py",
        ),
    ),
    Subject("audit/keys.py", ("tests/audit/test_keys.py",)),
    Subject("accounts/rules.py", ("tests/test_rules.py", "tests/accounts/test_rules.py")),
    Subject("standards/rules.py", ("tests/test_rules.py",)),
    Subject("sites/rules.py", ("tests/test_rules.py", "tests/sites/test_rules.py")),
    Subject("documents/rules.py", ("tests/test_rules.py",)),
    Subject("assessments/rules.py", ("tests/test_rules.py", "tests/assessments/test_rules.py")),
    Subject(
        "assessments/eligibility.py",
        ("tests/assessments/test_eligibility.py", "tests/assessments/test_teams.py"),
    ),
    Subject("publicity/rules.py", ("tests/test_rules.py",)),
    Subject("desk/rules.py", ("tests/test_rules.py",)),
)
