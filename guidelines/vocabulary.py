"""The words that duties are written in. Pure; everybody else takes them from `guidelines.duties`."""

from enum import StrEnum


class Sorting(StrEnum):
    """What a person says a comment is; one or more, but neutral alone."""

    PRAISE = "praise"
    NEUTRAL = "neutral"
    NEGATIVE = "negative"
    FACTUAL_ERROR = "factual_error"
    CASE_HANDLING = "case_handling"


class Flag(StrEnum):
    """What else a person says of a comment."""

    URGENT = "urgent"
    PERSONAL_DATA = "personal_data"
    HEALTH_DATA = "health_data"
    POLITICAL = "political"
    ABOUT_PERSON = "about_person"
    THREAT = "threat"
    PRESS = "press"
    ACCESS_REQUEST = "access_request"  # innsynskrav
    COMPLAINT = "complaint"  # klage


class EnquiryChoice(StrEnum):
    """How point 4 is kept, where the guideline leaves a choice."""

    ASK = "ask"
    FORWARD = "forward"


class Forwarding(StrEnum):
    """How far the question has come on its way to the right unit."""

    NONE = "none"
    PLANNED = "planned"
    SENT = "sent"
    RECEIVED = "received"


class DutyKind(StrEnum):
    """What a duty asks for, and so how it is seen to be met."""

    THANK = "thank"
    ANSWER = "answer"
    CORRECT_WITH_SOURCE = "correct_with_source"
    ENQUIRY_NOTICE = "enquiry_notice"
    RECEIVED_NOTICE = "received_notice"
    DEADLINE_NOTICE = "deadline_notice"
    DOCUMENTATION_NOTICE = "documentation_notice"
    FORWARD = "forward"
    ARCHIVE = "archive"
    SECOND_REVIEWER = "second_reviewer"
    RECOMMENDATION = "recommendation"
    OWN_CHECK = "own_check"


NOTICES = frozenset(
    {DutyKind.ENQUIRY_NOTICE, DutyKind.RECEIVED_NOTICE, DutyKind.DEADLINE_NOTICE, DutyKind.DOCUMENTATION_NOTICE}
)
WORDS_TO_THE_SENDER = NOTICES | {DutyKind.THANK, DutyKind.ANSWER, DutyKind.CORRECT_WITH_SOURCE}


class Stage(StrEnum):
    """When a duty must be kept. Only the first two hold a reply back."""

    IN_TEXT = "in_text"
    BEFORE_PUBLISHING = "before_publishing"
    AT_PUBLISHING = "at_publishing"
    AFTER = "after"
    REMINDER = "reminder"

    @property
    def blocks(self) -> bool:
        return self in {Stage.IN_TEXT, Stage.BEFORE_PUBLISHING}


class State(StrEnum):
    """How a duty stands: LATER is nothing to do now."""

    MET = "met"
    MISSING = "missing"
    LATER = "later"


class Check(StrEnum):
    """The check of a draft that a reminder stands for."""

    PERSONAL_DATA = "personal_data"
    PICTURES = "pictures"
    STORIES = "stories"
    CONSENT = "consent"
    LEVEL = "level"
    RECOMMENDATION = "recommendation"
