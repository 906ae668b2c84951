"""Rounds and teams, sheets and scores, evidence, findings, acceptance."""

from .acceptance import Acceptance
from .evidence import Evidence, EvidenceFile
from .findings import Finding, FindingReply
from .rounds import Assessment, Assignment, Recusal, Round, Team, TeamMember
from .sheets import Score, Sheet

__all__ = [
    "Acceptance",
    "Assessment",
    "Assignment",
    "Evidence",
    "EvidenceFile",
    "Finding",
    "FindingReply",
    "Recusal",
    "Round",
    "Score",
    "Sheet",
    "Team",
    "TeamMember",
]
