"""Finds letters that a scanner has read wrongly: æ, ø and å, and spaces. Only points them out. Pure."""

import re
from dataclasses import dataclass

# Words of such guidelines that have an æ, ø or å. Only those whose damaged form is no word of its own
# (not «før»: «for»).
WORDS = [
    "på",
    "å",
    "også",
    "når",
    "nøye",
    "pårørende",
    "leverandører",
    "leverandør",
    "føre",
    "være",
    "vær",
    "sørger",
    "sørge",
    "spørsmål",
    "spørsmålet",
    "nøytrale",
    "nøytral",
    "gjøres",
    "gjøre",
    "må",
    "rådmannens",
    "rådmann",
    "nivå",
    "ønsker",
    "øvrige",
    "følge",
    "ifølge",
    "større",
    "færre",
    "ærlig",
    "lærer",
    "lærere",
    "åpenhet",
    "språk",
    "påvirke",
    "forstå",
    "oppstå",
    "unngå",
]
RUN_TOGETHER = ("vær til", "si takk", "på spørsmål")
# What a scanner makes of one letter.
READ_AS = {"å": "(?:å|ad|a|é|8|&)", "ø": "(?:ø|g|@|o)", "æ": "(?:æ|ae|ee)", " ": "(?: |)", "i": "[ij]"}
_TOKEN = re.compile(r"[^\s.,;:()/«»\"]+")
_ODD = re.compile(r"[^\W\d_][@&\d]|[@&\d][^\W\d_]")
_LONE = {"&": "å", "8": "å", "a": "å", "g": "å"}


@dataclass(frozen=True)
class Doubt:
    """A word that was probably read wrongly; an empty `proposal` means that we cannot tell what stood there."""

    start: int
    end: int
    word: str
    proposal: str


def _pattern(word: str) -> re.Pattern[str]:
    loose = word in RUN_TOGETHER
    letters = (READ_AS.get(letter, letter) if letter != "i" or loose else letter for letter in word)
    return re.compile("".join(letters), re.IGNORECASE)


_PATTERNS = [(word, _pattern(word)) for word in (*RUN_TOGETHER, *dict.fromkeys(WORDS)) if len(word) > 1]
_RIGHT = {word.split()[0] for word in RUN_TOGETHER} | set(WORDS)


def doubts_in(text: str) -> list[Doubt]:
    """Return the doubtful words of a text in order."""
    found = (_doubt(token, text) for token in _TOKEN.finditer(text))
    return [doubt for doubt in found if doubt]


def proposed(text: str) -> str:
    """Return the text with every doubtful word replaced by its proposal, where there is one."""
    for doubt in reversed(doubts_in(text)):
        if doubt.proposal:
            text = text[: doubt.start] + doubt.proposal + text[doubt.end :]
    return text


def _doubt(token: re.Match[str], text: str) -> Doubt | None:
    word = token.group()
    if word.casefold() in _RIGHT:
        return None
    proposal = _lone_letter(token, text) or _whole_word(word)
    if proposal or _ODD.search(word):
        return Doubt(token.start(), token.end(), word, proposal)
    return None


def _lone_letter(token: re.Match[str], text: str) -> str:
    before, after = text[: token.start()], text[token.end() :]
    # An 8 is a number unless a verb's infinitive follows, as in «for 8 kommunisere».
    follows = r"[ \n][a-zæøå]+e\b" if token.group() == "8" else r"[ \n][a-zæøå]"
    between_words = re.search(r"\w[ \n]$", before) and re.match(follows, after)
    return _LONE.get(token.group(), "") if between_words else ""


def _whole_word(word: str) -> str:
    right = next((right for right, pattern in _PATTERNS if pattern.fullmatch(word)), "")
    return right.capitalize() if right and word[0].isupper() else right
