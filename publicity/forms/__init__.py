"""What the public and the desk type in, a module for each matter."""

from .appraisals import (
    AppraisalCodeForm,
    AppraisalForm,
    MakeCodesForm,
    OpenWindowsForm,
    ProlongForm,
)
from .articles import (
    ArticleFilter,
    ArticleForm,
    CaptionsForm,
    DeskArticleFilter,
    ReuseForm,
    WithdrawForm,
)
from .codes import ReceiptForm, VerificationForm, VerifiedFileForm
from .directory import SiteFilter
from .enquiries import (
    CompleteForm,
    DraftAnswerForm,
    EnquiryForm,
    HandOnForm,
    InformationRequestForm,
    MoreEnquiryFilesForm,
    PublishQuestionForm,
    QuestionForm,
    RateForm,
    RecordEnquiryForm,
)
from .events import CameForm, EventFilesForm, EventFilter, EventForm, InvitationForm
from .letters import LetterForm
from .namings import NameForm, NamingFilter, PlaqueForm, PlaqueReturnForm
from .notices import AnnounceForm, ExtendForm
from .objections import (
    ApproveForm,
    ConcludeForm,
    DeclineForm,
    InvestigatorForm,
    MoreFilesForm,
    ObjectionForm,
    RecordForm,
    ReportForm,
    SendBackForm,
)
from .open_data import ApiForm, DataFileForm
from .outlets import OutletForm
from .paper_answers import PaperFormForm, PrintFormsForm, ScansForm, SecondEntryForm, SettleForm
from .reason import ReasonForm
from .rulebooks import AgainstForm
from .search import ItemFilter, SearchForm
from .search_words import SearchWordForm
from .tracking import (
    AcceptRecheckForm,
    ComplaintForm,
    DeclineRecheckForm,
    DrawRechecksForm,
    HearForm,
    PlanRecheckForm,
    ProposalFilter,
    RecheckFilter,
    RestoreForm,
    RevokeForm,
    StatementForm,
    VisitForm,
    WarnForm,
)

__all__ = [
    "AcceptRecheckForm",
    "AgainstForm",
    "AnnounceForm",
    "ApiForm",
    "AppraisalCodeForm",
    "AppraisalForm",
    "ApproveForm",
    "ArticleFilter",
    "ArticleForm",
    "CameForm",
    "CaptionsForm",
    "ComplaintForm",
    "CompleteForm",
    "ConcludeForm",
    "DataFileForm",
    "DeclineForm",
    "DeclineRecheckForm",
    "DeskArticleFilter",
    "DraftAnswerForm",
    "DrawRechecksForm",
    "EnquiryForm",
    "EventFilesForm",
    "EventFilter",
    "EventForm",
    "ExtendForm",
    "HandOnForm",
    "HearForm",
    "InformationRequestForm",
    "InvestigatorForm",
    "InvitationForm",
    "ItemFilter",
    "LetterForm",
    "MakeCodesForm",
    "MoreEnquiryFilesForm",
    "MoreFilesForm",
    "NameForm",
    "NamingFilter",
    "ObjectionForm",
    "OpenWindowsForm",
    "OutletForm",
    "PaperFormForm",
    "PlanRecheckForm",
    "PlaqueForm",
    "PlaqueReturnForm",
    "PrintFormsForm",
    "ProlongForm",
    "ProposalFilter",
    "PublishQuestionForm",
    "QuestionForm",
    "RateForm",
    "ReasonForm",
    "ReceiptForm",
    "RecheckFilter",
    "RecordEnquiryForm",
    "RecordForm",
    "ReportForm",
    "RestoreForm",
    "ReuseForm",
    "RevokeForm",
    "ScansForm",
    "SearchForm",
    "SearchWordForm",
    "SecondEntryForm",
    "SendBackForm",
    "SettleForm",
    "SiteFilter",
    "StatementForm",
    "VerificationForm",
    "VerifiedFileForm",
    "VisitForm",
    "WarnForm",
    "WithdrawForm",
]
