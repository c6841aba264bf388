"""Norwegian national identity numbers in text, so that they do not end up in a public title or a file name."""

import re

_ELEVEN_DIGITS = re.compile(r"(?<!\d)(\d{6})[ .\u00a0-]?(\d{5})(?!\d)")
_FIRST_WEIGHTS = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)
_SECOND_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)


def holds_national_id(text: str) -> bool:
    """Whether eleven digits with both check digits right (fødselsnummer or D-nummer) stand anywhere in the text."""
    return any(has_right_check_digits("".join(found)) for found in _ELEVEN_DIGITS.findall(text))


def has_right_check_digits(number: str) -> bool:
    """Both modulo-11 checks of the population register's number; `number` is eleven ASCII or other digits."""
    digits = [int(digit) for digit in number]
    return _adds_up(digits, _FIRST_WEIGHTS) and _adds_up(digits, _SECOND_WEIGHTS)


def _adds_up(digits: list[int], weights: tuple[int, ...]) -> bool:
    return sum(digit * weight for digit, weight in zip(digits, weights, strict=False)) % 11 == 0
