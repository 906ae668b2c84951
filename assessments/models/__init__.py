"""Rounds and teams, sheets and scores, deliberations, evidence, findings, acceptance."""

from .acceptance import Acceptance, AppraisalResult, FurtherForm
from .deliberations import Argument, Deliberation, Proposal, ProposalAnswer
from .evidence import Evidence, EvidenceFile, EvidenceLink, EvidencePointer, Twin
from .findings import Escalation, Finding, FindingReply, UnitSummary
from .own_checks import OwnCheck, OwnCheckAnswer, OwnCheckFile, OwnCheckStep
from .recusals import Recusal, Tie
from .results import ResultOffice
from .rounds import Assessment, NotDue, Round
from .sheets import Score, ScoreEntry, Sheet, SheetVersion
from .teams import Assignment, Draw, Team, TeamMember
from .uploads import SheetUpload, SheetUploadRow

__all__ = [
    "Acceptance",
    "AppraisalResult",
    "Argument",
    "Assessment",
    "Assignment",
    "Deliberation",
    "Draw",
    "Escalation",
    "Evidence",
    "EvidenceFile",
    "EvidenceLink",
    "EvidencePointer",
    "Finding",
    "FindingReply",
    "FurtherForm",
    "NotDue",
    "OwnCheck",
    "OwnCheckAnswer",
    "OwnCheckFile",
    "OwnCheckStep",
    "Proposal",
    "ProposalAnswer",
    "Recusal",
    "ResultOffice",
    "Round",
    "Score",
    "ScoreEntry",
    "Sheet",
    "SheetUpload",
    "SheetUploadRow",
    "SheetVersion",
    "Team",
    "TeamMember",
    "Tie",
    "Twin",
    "UnitSummary",
]
