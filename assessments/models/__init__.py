"""Rounds and teams, sheets and scores, deliberations, evidence, findings, acceptance."""

from .acceptance import Acceptance, AppraisalResult, FurtherForm
from .deliberations import Argument, BatchConfirmation, Deliberation, Proposal, ProposalAnswer
from .evidence import Evidence, EvidenceFile, EvidenceLink, EvidencePointer, Twin
from .findings import Escalation, Finding, FindingReply, UnitSummary
from .own_checks import OwnCheck, OwnCheckAnswer, OwnCheckFile, OwnCheckStep
from .photos import AnnotationLayer, FieldPhoto
from .practice import PracticeAnswer, PracticeMark, PracticeRun, PracticeSheet
from .recusals import Recusal, Tie
from .results import ResultOffice
from .rounds import Assessment, NotDue, Round
from .sheets import Score, ScoreEntry, Sheet, SheetVersion
from .teams import Assignment, Draw, Team, TeamMember
from .uploads import SheetUpload, SheetUploadRow
from .visit_reports import NotedFinding, VisitPaper, VisitReport

__all__ = [
    "Acceptance",
    "AnnotationLayer",
    "AppraisalResult",
    "Argument",
    "Assessment",
    "Assignment",
    "BatchConfirmation",
    "Deliberation",
    "Draw",
    "Escalation",
    "Evidence",
    "EvidenceFile",
    "EvidenceLink",
    "EvidencePointer",
    "FieldPhoto",
    "Finding",
    "FindingReply",
    "FurtherForm",
    "NotDue",
    "NotedFinding",
    "OwnCheck",
    "OwnCheckAnswer",
    "OwnCheckFile",
    "OwnCheckStep",
    "PracticeAnswer",
    "PracticeMark",
    "PracticeRun",
    "PracticeSheet",
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
    "VisitPaper",
    "VisitReport",
]
