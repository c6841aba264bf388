"""Numbers and addresses that belong to a person: closed classes, by shape, control digits and the words around."""

import re
from collections.abc import Iterator
from datetime import date

from inbox.reading.findings import Context, Finding, Kind, Strength, contact_key, gettext_noop

GAP = r"[ .\-\u00a0\u2009\u202f\u2013]?"
SPACE = r"[ \u00a0\u2009\u202f]?"
ELEVEN = re.compile(
    rf"(?<![\d/])(?<!\d[.,])\d\d{GAP}\d\d{GAP}\d\d(?:{GAP}|{SPACE}-{SPACE})\d{{3}}{SPACE}\d\d(?![\d/])(?![.,]\d)"
)
ACCOUNT = re.compile(r"(?<![\d/])\d{4}[ .\u00a0]?\d\d[ .\u00a0]?\d{5}(?![\d/])")
PHONE = re.compile(
    rf"(?<![\d/+.,\-])(?:(?:\+|00){SPACE}47{SPACE}|47(?=\d{{8}}(?!\d)))?"
    rf"(?:[2-9]\d{{7}}|[2-9]\d\d{SPACE}\d\d{SPACE}\d{{3}}|[2-9]\d(?:{SPACE}\d\d){{3}}"
    rf"|[2-9]\d{SPACE}\d{{3}}{SPACE}\d{{3}}|[2-9]\d{{3}}{SPACE}\d{{4}})"
    rf"(?![\d/])(?!{SPACE}\d{{3}})(?![.,\-]\d)"
)
FOREIGN = re.compile(r"(?<![\w+])\+(?!47)[1-9]\d{0,2}(?:[ \u00a0\-]?\d){7,12}(?!\d)")
EMAIL = re.compile(r"(?<![\w.+\-@])[\w.+\-]{1,64}@[\w\-]{1,63}(?:\.[\w\-]{1,63}){0,6}\.[^\W\d_]{2,24}(?![\w@])")
BIRTH = re.compile(
    r"\b(?:født|fødd|fødselsdato(?:en)?|fødselsdag|født den|f\.|born(?: on)?|date of birth|dob)"
    r"[ :.]{0,3}(?:den |er |dato )?(\d{1,2}[./ \-]{1,2}(?:\d{1,2}|[a-zæøå]{3,9})[./ \-]{1,2}(?:\d{4}|\d{2}))\b",
    re.IGNORECASE,
)

ID_WORDS = re.compile(
    r"fødselsn|fødselsnr|fødselsnummer|personn|\bfnr\b|\bpnr\b|\bd-n|\bid number|\bid-n|\bssn\b", re.IGNORECASE
)
ACCOUNT_WORDS = re.compile(r"konto|account|\bkto\b", re.IGNORECASE)
PHONE_WORDS = re.compile(r"\btlf|telefon|\bmob|\bring|\bringe|\bcall|phone|\bsms\b|nummeret mitt", re.IGNORECASE)
OTHER_NUMBERS = re.compile(
    r"\bkid|måler|\bserie|\bordre|\bfaktura|\bkunde|\bstolpe|\bsak|\bdunk|\bvipps|\borg|\bsum\b|sporing|\bpost|\bbeløp"
    r"|\bstrekkode|\bvarenr|\bartikkel|\bjournal|\bmeter\b|\bref|\bgnr|\bbnr",
    re.IGNORECASE,
)
KID_OR_METER = re.compile(r"\bkid|måler|\bserie|\bordre|sporing|\bstrekkode|\bstolpe", re.IGNORECASE)
PUBLIC_PHONE = re.compile(
    r"sentralbord|legevakt|servicetorg|servicekontor|kommunens|nødnummer|vakttelefon", re.IGNORECASE
)
UNIT_AFTER = re.compile(rf"{SPACE}(?:kr|kroner|mm|cm|m2|m3|kwh|liter)\b", re.IGNORECASE)

CERTAIN_ID = gettext_noop("11 sifre med riktige kontrollsifre: kan være et fødselsnummer")
LIKELY_ID = gettext_noop("11 sifre etter et ord som «fødselsnummer»")
ACCOUNT_REASON = gettext_noop("Kan være et kontonummer")
PHONE_REASON = gettext_noop("Kan være et privat telefonnummer")
EMAIL_REASON = gettext_noop("Kan være en privat e-postadresse")
BIRTH_REASON = gettext_noop("Kan være en fødselsdato")

_FIRST = (3, 7, 6, 1, 8, 9, 4, 5, 2)
_SECOND = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)


def find_numbers(text: str, context: Context) -> Iterator[Finding]:
    """Yield identity numbers, accounts, phones, e-mail addresses and birth dates, save the municipality's own."""
    taken: list[tuple[int, int]] = []
    for finder in (_national_ids, _accounts, _emails, _birth_dates, _phones):
        for finding in finder(text):
            if _free(taken, finding) and not _is_own(text[finding.start : finding.end], context):
                taken.append((finding.start, finding.end))
                yield finding


def is_national_id(digits: str) -> bool:
    """Tell whether 11 digits are an identity number: a date and both control digits.

    D-numbers (day + 40) and synthetic ones (month + 40, + 65 or + 80, Skatteetaten's test people) count too.
    """
    if len(digits) != 11 or not _has_date(digits):
        return False
    numbers = [int(digit) for digit in digits]
    first = 11 - sum(a * b for a, b in zip(_FIRST, numbers, strict=False)) % 11
    second = 11 - sum(a * b for a, b in zip(_SECOND, numbers, strict=False)) % 11
    return [first % 11, second % 11] == numbers[9:]


def is_account(digits: str) -> bool:
    """Tell whether 11 digits have a bank account's control digit (modulus 11)."""
    numbers = [int(digit) for digit in digits]
    return (
        len(numbers) == 11
        and (11 - sum(a * b for a, b in zip(_SECOND, numbers, strict=False)) % 11) % 11 == numbers[10]
    )


def is_phone(written: str) -> bool:
    """Tell whether this is a Norwegian telephone number and nothing else: eight digits, or a short public one."""
    digits = contact_key(written)
    return digits.isdecimal() and (len(digits) == 8 or len(digits) in {5, 6})


def _has_date(digits: str) -> bool:
    day, month = int(digits[:2]), int(digits[2:4])
    day -= 40 if day > 40 else 0
    month -= next((added for added in (80, 65, 40) if added < month <= added + 12), 0)
    try:
        date(2000, month, day)  # a leap year: the century is not needed
    except ValueError:
        return False
    return True


def _national_ids(text: str) -> Iterator[Finding]:
    for match in ELEVEN.finditer(text):
        digits = _digits(match.group())
        near = _before(text, match.start()) + " " + text[match.end() : match.end() + 32]
        named = bool(ID_WORDS.search(near))
        if not named and KID_OR_METER.search(_before(text, match.start())):
            continue
        if UNIT_AFTER.match(text, match.end()) and not named:
            continue
        if is_national_id(digits):
            yield Finding(match.start(), match.end(), Kind.NATIONAL_ID, "national_id", CERTAIN_ID)
        elif named:
            yield Finding(match.start(), match.end(), Kind.NATIONAL_ID, "national_id_word", LIKELY_ID)


def _accounts(text: str) -> Iterator[Finding]:
    for match in ACCOUNT.finditer(text):
        grouped = len(match.group()) == 13
        before = _before(text, match.start())
        named = bool(ACCOUNT_WORDS.search(before))
        if (named or (grouped and is_account(_digits(match.group())))) and not KID_OR_METER.search(before):
            yield Finding(match.start(), match.end(), Kind.ACCOUNT, "bank_account", ACCOUNT_REASON)


def _phones(text: str) -> Iterator[Finding]:
    for match in PHONE.finditer(text):
        before, digits = _before(text, match.start()), _digits(match.group())
        named = bool(PHONE_WORDS.search(before))
        mobile = digits[-8] in "49" or match.group().startswith(("+", "00"))
        if not (mobile or named) or (OTHER_NUMBERS.search(before) and not named):
            continue
        if UNIT_AFTER.match(text, match.end()) or (not mobile and PUBLIC_PHONE.search(before)):
            continue
        yield Finding(match.start(), match.end(), Kind.PHONE, "phone", PHONE_REASON)
    for match in FOREIGN.finditer(text):
        yield Finding(match.start(), match.end(), Kind.PHONE, "phone_abroad", PHONE_REASON)


def _emails(text: str) -> Iterator[Finding]:
    for match in EMAIL.finditer(text):
        yield Finding(match.start(), match.end(), Kind.EMAIL, "email", EMAIL_REASON)


def _birth_dates(text: str) -> Iterator[Finding]:
    for match in BIRTH.finditer(text):
        yield Finding(match.start(1), match.end(1), Kind.BIRTH_DATE, "birth_date", BIRTH_REASON, Strength.FIRM)


def _before(text: str, start: int) -> str:
    """Return the words in front that belong to the number: the last 34 characters of its sentence."""
    window = text[max(0, start - 34) : start]
    for end in ("? ", "! ", "\n"):
        window = window.rpartition(end)[2]
    return window


def _digits(text: str) -> str:
    return "".join(str(int(char)) for char in text if char.isdecimal())


def _free(taken: list[tuple[int, int]], finding: Finding) -> bool:
    return all(finding.end <= start or finding.start >= end for start, end in taken)


def _is_own(written: str, context: Context) -> bool:
    if "@" in written and written.rpartition("@")[2].casefold() in context.own_domains:
        return True
    return contact_key(written) in context.contact_keys
