"""Build static/icons.svg, the sprite every page takes its icons from.

The drawings come from node_modules (`npm ci` first). A page writes `{% icon "Inbox" %}`, and the name stands in LIST
below: Aksel's own names, and with "ch-" the channels' from simple-icons. Fails with the missing names when an icon is
not in the packages: a page must never show a hole.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "static" / "icons.svg"
AKSEL = ROOT / "node_modules" / "@navikt" / "aksel-icons" / "dist" / "svg"
BRANDS = ROOT / "node_modules" / "simple-icons" / "icons"
CHANNEL = "ch-"

LIST = """
    Archive ArrowForward ArrowUndo ArrowsCirclepath BarChart Bell Bookmark Branching Briefcase Buildings3 Calendar Chat
    Checkmark CheckmarkCircle CheckmarkCircleFill ChevronDown ChevronLeft ChevronRight Circle CircleSlash Clock
    CloudSlash Cog Download ExclamationmarkTriangle ExclamationmarkTriangleFill ExternalLink Eye EyeSlash FaceFrown
    FileCheckmark FileExport FileText Files Forward Funnel GavelSoundBlock HandHeart Hourglass HourglassBottomFilled
    House Image Inbox InformationSquare KeyVertical Language Leave Lightning Link LinkBroken MagnifyingGlass
    MagnifyingGlassCheckmark Megaphone MenuElipsisHorizontal Moon Newspaper NotePencil OpenBook Package
    PadlockLocked Paperclip Paperplane Pencil PersonCheckmark PersonCircle PersonGroup PersonPlus Plus
    QuestionmarkCircle SealCheckmark ShieldLock ShieldLockFill SortDown Sun Tag Tasklist ThumbUp Timer Token Trash XMark
    XMarkOctagon ChevronUp
    ch-bluesky ch-facebook ch-instagram ch-mastodon ch-youtube
"""
NAMES = tuple(LIST.split())

VIEW_BOX = re.compile(r'viewBox="([^"]+)"')
DRAWING = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
TITLE = re.compile(r"<title>.*?</title>", re.DOTALL)


class IconsMissingError(Exception):
    """Some icons of the list are not in the packages; the message names them."""


def drawing_of(name: str) -> Path:
    """Return where the drawing of an icon lies (whether it exists or not)."""
    if name.startswith(CHANNEL):
        return BRANDS / f"{name.removeprefix(CHANNEL)}.svg"
    return AKSEL / f"{name}.svg"


def symbol(name: str, svg: str) -> str:
    """Return one `<symbol>` with the drawing of an SVG file, its title taken out (the page names the icon itself)."""
    box, drawing = VIEW_BOX.search(svg), DRAWING.search(svg)
    if not box or not drawing:
        raise IconsMissingError(f"{name}: the file is no SVG with a viewBox")
    return f'<symbol id="{name}" viewBox="{box[1]}">{TITLE.sub("", drawing[1]).strip()}</symbol>'


def sprite(names: tuple[str, ...]) -> str:
    """Return the whole sprite. Raises IconsMissingError with every name that has no drawing."""
    if missing := [name for name in names if not drawing_of(name).is_file()]:
        raise IconsMissingError(f"not in the packages: {', '.join(missing)}. Check LIST, and run npm ci first.")
    symbols = "".join(symbol(name, drawing_of(name).read_text(encoding="utf-8")) for name in names)
    return f'<svg xmlns="http://www.w3.org/2000/svg" fill="currentColor">{symbols}</svg>\n'


def main() -> int:
    """Write the sprite; 1 with a message on stderr when an icon is missing."""
    try:
        text = sprite(NAMES)
    except IconsMissingError as error:
        print(f"build_icons: {error}", file=sys.stderr)
        return 1
    TARGET.write_text(text, encoding="utf-8")
    print(f"{TARGET.relative_to(ROOT)}: {len(NAMES)} icons, {len(text.encode())} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
