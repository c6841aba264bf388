"""The draft checks as lines under the reply."""

from django.utils.translation import gettext as _

from guidelines.duties import Check, Flag
from inbox.draft_checks import DraftChecks
from inbox.models import Comment, Reply

Line = dict[str, str]


def check_lines(comment: Comment, reply: Reply, said: DraftChecks) -> list[Line]:
    """Return one line for each thing the checks found, blocking first, then green ones for what they looked for."""
    if not reply.text:
        return []
    lines = [_line(one.words, one.point, "blocking" if one.stops else "warning") for one in said.lines]
    lines = list({line["words"]: line for line in lines}.values())
    lines.sort(key=lambda line: line["tone"] != "blocking")
    return lines + [_line(words, "", "fine") for words in _fine(comment, said)]


def stopping_words(said: DraftChecks) -> str:
    """Return what stops the reply, in one line; "" when nothing does."""
    return " ".join(dict.fromkeys(line.words for line in said.stopping))


def _fine(comment: Comment, said: DraftChecks) -> list[str]:
    """Return what was looked for and not found. Never «safe»: only what the rule is about."""
    checks = {line.check for line in said.lines}
    fine = []
    if Check.PERSONAL_DATA not in checks:
        fine += [_("Ingen fødselsnummer"), _("Gjentar ingen helseord")]
    if Flag.POLITICAL.value in comment.flags and not checks & {Check.LEVEL, Check.RECOMMENDATION}:
        fine.append(_("Administrativt nivå"))
    return fine


def _line(words: str, point: str, tone: str) -> Line:
    return {"tone": tone, "words": f"{words} {_('Fra')} {point}." if point else words, "duty": ""}
