"""What tells the practice platforms apart on the citizens' side: name, limit, depth, words."""

from dataclasses import dataclass

USUAL = "mastodon"


@dataclass(frozen=True)
class Platform:
    """One platform as citizens meet it.

    `longest` is the most a citizen may write, counted as the platform counts. `levels` is how many levels of comments
    are shown (None: any): deeper answers are put under the comment at the top. `by_mention` says that an account is
    told only of what names it.
    """

    name: str
    title: str
    longest: int
    levels: int | None
    by_mention: bool = False
    post_word: str = "Innlegg"


PLATFORMS = {
    one.name: one
    for one in (
        Platform("facebook", "Facebook", 8000, 2),
        Platform("instagram", "Instagram", 2200, 2, post_word="Bilder"),
        Platform("mastodon", "Mastodon", 500, None, by_mention=True),
        Platform("bluesky", "Bluesky", 300, None),
        Platform("youtube", "YouTube", 10_000, 2, post_word="Filmer"),
    )
}
OTHERS = ", ".join(name for name in PLATFORMS if name != USUAL)
