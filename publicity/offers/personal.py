"""What is kept of citizens, and of whom the public pages name."""

from django.utils.translation import gettext_lazy as _

from core.personal import PERSONAL, InTrail, Personal, Whose

_TO_ANSWER = _("to look into the objection and to answer it; for nothing else")
_HANDLING_OFFICE = _("the handling office alone; every look is recorded")
_HANDLERS = _("the handling office, who looks into it, and the leading group; every look is recorded")
_ANSWERERS = _("the handling office, the body that answers, and the leading group; every look is recorded")
_AFTER_THE_REPLY = _("for the time after the reply that the rulebook sets; then it is erased")

PERSONAL.add(
    *(
        Personal(
            f"publicity.{field}",
            Whose.CITIZEN,
            _TO_ANSWER,
            readers,
            _AFTER_THE_REPLY,
            InTrail.NOTHING,
            erased=True,
        )
        for field, readers in (
            ("Objection.objector_name", _HANDLING_OFFICE),
            ("Objection.objector_phone", _HANDLING_OFFICE),
            ("Objection.text", _HANDLERS),
            ("ObjectionFile.name", _HANDLERS),
        )
    ),
    *(
        Personal(
            f"publicity.{field}",
            Whose.CITIZEN,
            _("to answer what was asked; for nothing else"),
            readers,
            _AFTER_THE_REPLY,
            InTrail.NOTHING,
            erased=True,
        )
        for field, readers in (
            ("Enquiry.writer_name", _HANDLING_OFFICE),
            ("Enquiry.writer_contact", _HANDLING_OFFICE),
            ("Enquiry.writer_identity", _HANDLING_OFFICE),
            ("Enquiry.page", _ANSWERERS),
            ("Enquiry.text", _ANSWERERS),
            ("EnquiryFile.name", _ANSWERERS),
        )
    ),
    Personal(
        "publicity.LoggedLetter.text",
        Whose.CITIZEN,
        _("to know what was written anonymously, or too late"),
        _("the handling office"),
        _("as long as the notice's records"),
        InTrail.NOTHING,
    ),
    Personal(
        "publicity.SearchMiss.words",
        Whose.CITIZEN,
        _("to know what this site does not answer; who asked is not kept"),
        _("the municipal office, of what was asked for three times or more"),
        _("90 days after it was last asked for"),
        InTrail.NOTHING,
    ),
    *(
        Personal(
            f"publicity.{field}",
            Whose.CITIZEN,
            _("to know what a site is praised or blamed for"),
            _("the municipal office, and whoever reads the appraisal's result"),
            _("as long as the appraisal's records"),
            InTrail.NOTHING,
        )
        for field in ("AppraisalResponse.text", "SecondEntry.first_text", "SecondEntry.text")
    ),
    Personal(
        "publicity.AppraisalResponse.device",
        Whose.CITIZEN,
        _("so that one device answers once; a digest, from which nobody is found"),
        _("nobody"),
        _("until the appraisal is counted"),
        InTrail.NOTHING,
    ),
    *(
        Personal(
            f"publicity.CommendationLine.{field}",
            Whose.STAFF,
            _("to be commended by name"),
            _("everybody, once it is published"),
            _("as long as the commendation"),
            InTrail.CLEAR,
        )
        for field in ("person", "post", "reason")
    ),
    Personal(
        "publicity.CommendationLine.consent",
        Whose.STAFF,
        _("so that nobody is named without having agreed"),
        _("the municipal office"),
        _("as long as the commendation"),
        InTrail.CLEAR,
    ),
    Personal(
        "publicity.Naming.plaque_received_by",
        Whose.STAFF,
        _("so that the unit's receipt of its plaque is known"),
        _("who may see the site at the desk"),
        _("as long as the site's records"),
        InTrail.FINGERPRINT,
    ),
    Personal(
        "publicity.Invitation.people",
        Whose.GUEST,
        _("to know who came to an event"),
        _("who may see the event at the desk"),
        _("as long as the event's records"),
        InTrail.FINGERPRINT,
    ),
    place=30,
)
