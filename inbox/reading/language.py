"""Which language a text is written in: a small local model tells languages apart, our own words tell nb from nn."""

from functools import lru_cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from inbox.reading.tokens import data, tokens_of

# The languages of the team's own inbox; a wider choice calls dialect and short lines Danish.
CHOICE = ["no", "nn", "en", "se", "pl", "uk", "de", "fi", "ar", "ru", "so"]
LIMIT = 2_000
_WORDS = data("language")
NYNORSK, BOKMAL = frozenset(_WORDS["nynorsk"]), frozenset(_WORDS["bokmal"])


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    """Return the model, read from its package when first asked: some tens of megabytes that only readers carry."""
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(CHOICE)
    return identifier


def guess_language(text: str) -> str:
    """Return nb, nn, en, se or the code of another language; "" when there are too few letters to tell.

    Southern Sami comes out as se, dialect as nb or nn.
    """
    text = text[:LIMIT]
    tokens = tokens_of(text)
    if sum(letter.isalpha() for letter in text) < 3 or not tokens:
        return ""
    code, _ = _identifier().classify(text)
    words = [token.word for token in tokens]
    nynorsk, bokmal = sum(word in NYNORSK for word in words), sum(word in BOKMAL for word in words)
    if code in {"no", "nn"} or (max(nynorsk, bokmal) >= 2 and code in {"de", "fi", "so", "se"}):
        return _norm(code, nynorsk, bokmal)
    return str(code)


def _norm(code: str, nynorsk: int, bokmal: int) -> str:
    """Return nb or nn by the function words; where they say nothing, by the model."""
    if nynorsk != bokmal:
        return "nn" if nynorsk > bokmal else "nb"
    return "nn" if code == "nn" else "nb"
