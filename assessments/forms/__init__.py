"""What people type in this room, a module a page."""

from .acceptance import DecisionForm as DecisionForm
from .acceptance import RecommendationForm as RecommendationForm
from .base import MultipleFileField as MultipleFileField
from .base import TextForm as TextForm
from .evidence import EvidenceForm as EvidenceForm
from .rectification import AnswerForm as AnswerForm
from .rectification import RectificationFilter as RectificationFilter
from .recusals import RecusalForm as RecusalForm
from .rounds import RoundForm as RoundForm
from .sheets import ScoreForm as ScoreForm
from .sheets import SectionForm as SectionForm
from .signing import SignForm as SignForm
from .teams import AssignForm as AssignForm
from .teams import TeamForm as TeamForm
