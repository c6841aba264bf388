"""Text the way a Mastodon server treats it: mentions found, HTML made, length counted."""

from collections.abc import Callable, Iterable, Mapping

import regex
from markupsafe import escape

MENTION = regex.compile(r"(?<![\w/@.])@([A-Za-z0-9_]+(?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?)(@[\w.-]+\w(?::\d+)?)?")
HASHTAG = regex.compile(r"(?<![\w/&#])#(\w*\p{L}\w*)")
LINK = regex.compile(r"https?://[^\s<>\"']*[^\s<>\"'.,:;!?)\]]")
TOKEN = regex.compile(f"(?P<link>{LINK.pattern})|(?P<mention>{MENTION.pattern})|(?P<hashtag>{HASHTAG.pattern})")
GRAPHEME = regex.compile(r"\X")
CHARACTERS_PER_LINK = 23


def mentioned_names(text: str) -> list[str]:
    """The local user names mentioned in the text, in order, in small letters and without repeats."""
    names = (match.group(1).lower() for match in MENTION.finditer(LINK.sub(" ", text)) if not match.group(2))
    return list(dict.fromkeys(names))


def hashtags(text: str) -> list[str]:
    """The hashtags of the text without #, in order and without repeats."""
    return list(dict.fromkeys(match.group(1).lower() for match in HASHTAG.finditer(LINK.sub(" ", text))))


def length(text: str) -> int:
    """Characters as Mastodon counts them: graphemes, 23 for every link, a mention only by its local part."""
    shortened = LINK.sub("x" * CHARACTERS_PER_LINK, text)
    shortened = MENTION.sub(lambda match: "@" + match.group(1), shortened)
    return len(GRAPHEME.findall(shortened))


def as_html(text: str, people: Mapping[str, str], base_url: str | None) -> str:
    """Mastodon's HTML of a text.

    `people` gives the page of each mentioned user by name in small letters; a name not in it stays plain text.
    Hashtags lead to pages under `base_url`; without one they stay plain text too.
    """
    html = _with_tokens(text, lambda match: _token_html(match, people, base_url))
    paragraphs = regex.split(r"\n{2,}", html.replace("\r\n", "\n"))
    return "".join(f"<p>{paragraph}</p>".replace("\n", "<br />") for paragraph in paragraphs) if text else ""


def with_prefix(text: str, names: Iterable[str]) -> str:
    """The text with @names in front, leaving out those it already mentions."""
    present = mentioned_names(text)
    return "".join(f"@{name} " for name in dict.fromkeys(names) if name.lower() not in present) + text


def _with_tokens(text: str, render: "Callable[[regex.Match[str]], str]") -> str:
    pieces, end = [], 0
    for match in TOKEN.finditer(text):
        pieces += [str(escape(text[end : match.start()])), render(match)]
        end = match.end()
    return "".join([*pieces, str(escape(text[end:]))])


def _token_html(match: "regex.Match[str]", people: Mapping[str, str], base_url: str | None) -> str:
    written = match.group(0)
    if match.group("link"):
        scheme, rest = written.split("://", 1)
        return (
            f'<a href="{escape(written)}" target="_blank" rel="nofollow noopener" translate="no">'
            f'<span class="invisible">{scheme}://</span><span class="">{escape(rest)}</span></a>'
        )
    if match.group("hashtag") and base_url is not None:
        page = f"{base_url}/tags/{written[1:].lower()}"
        return f'<a href="{escape(page)}" class="mention hashtag" rel="tag">#<span>{escape(written[1:])}</span></a>'
    person = people.get(written[1:].lower()) if match.group("mention") else None
    if person is None:
        return str(escape(written))
    return (
        f'<span class="h-card" translate="no"><a href="{escape(person)}" class="u-url mention">'
        f"@<span>{escape(written[1:])}</span></a></span>"
    )
