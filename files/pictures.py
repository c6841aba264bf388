"""Reads pictures nobody vouches for, and makes clean copies of them.

What a file is, is decided by its content alone. A copy is drawn anew from the pixels: place, camera and whatever else
lay in the file stay behind. No picture is unpacked before its size is known.
"""

import io
import struct
import zlib
from dataclasses import dataclass
from typing import IO, Final

from PIL import ExifTags, Image, ImageOps

TAKEN: Final = ("JPEG", "PNG", "WEBP", "GIF")
MOST_PIXELS = 40_000_000
SHOWN_SIDE = 2048
SENT_SIDES, SENT_BYTES = (2048, 1600, 1200, 900, 600, 400), 1_000_000
# What Pillow raises, by its own tests and the fuzzers': no other way to tell a broken picture.
BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, OverflowError, struct.error)


class NotAPictureError(Exception):
    """The bytes are no picture we take, or one that cannot be read to its end."""


class TooManyPixelsError(Exception):
    """The picture would be too large unpacked (a decompression bomb, or a huge photo)."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A picture drawn anew: its bytes, what they are, and its size in pixels."""

    data: bytes
    media_type: str
    width: int
    height: int


def media_type_of(original: IO[bytes]) -> str:
    """Return the media type of a picture file by its content. Raises NotAPictureError, TooManyPixelsError."""
    with _opened(original) as image:
        return Image.MIME[image.format or ""]


def shown_copy(original: IO[bytes]) -> Copy:
    """Return the copy for the page: upright, at most 2,048 pixels a side, first frame; JPEG, or PNG if see-through.

    Raises NotAPictureError, TooManyPixelsError.
    """
    return _redrawn(original, side=SHOWN_SIDE, lossless=False)


def sent_copy(original: IO[bytes]) -> Copy:
    """Return the copy that goes out with a reply: as `shown_copy`, and small enough for every platform.

    At most 1,000,000 bytes, which Bluesky allows (app.bsky.embed.images): drawn smaller until it fits. Raises as
    `shown_copy`.
    """
    for side in SENT_SIDES:
        copy = _redrawn(original, side=side, lossless=False)
        if len(copy.data) <= SENT_BYTES:
            return copy
    raise TooManyPixelsError


def png_copy(original: IO[bytes]) -> Copy:
    """Return the whole picture as PNG, upright: what the archive takes. Raises as `shown_copy`."""
    return _redrawn(original, side=None, lossless=True)


def tells_place(original: IO[bytes]) -> bool:
    """Whether the file says where the picture was taken (GPS in its EXIF). False for what cannot be read."""
    try:
        with _opened(original) as image:
            return bool(image.getexif().get_ifd(ExifTags.IFD.GPSInfo))
    except (NotAPictureError, TooManyPixelsError, *BROKEN, zlib.error):
        return False


def _opened(original: IO[bytes]) -> Image.Image:
    """Open without unpacking, and refuse by the size the file tells."""
    original.seek(0)
    try:
        image = Image.open(original, formats=TAKEN)
    except Image.DecompressionBombError as problem:
        raise TooManyPixelsError from problem
    except (*BROKEN, zlib.error) as problem:
        raise NotAPictureError from problem
    if image.width * image.height > MOST_PIXELS:
        raise TooManyPixelsError
    return image


def _redrawn(original: IO[bytes], *, side: int | None, lossless: bool) -> Copy:
    with _opened(original) as image:
        try:
            if side:
                image.draft("RGB", (side, side))
            image.load()
            upright = ImageOps.exif_transpose(image)
            drawn = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
        except Image.DecompressionBombError as problem:
            raise TooManyPixelsError from problem
        except (*BROKEN, zlib.error) as problem:
            raise NotAPictureError from problem
    if side:
        drawn.thumbnail((side, side))
    drawn.info.clear()  # comments and the like would be written out again
    as_png = lossless or drawn.mode == "RGBA"
    target = io.BytesIO()
    drawn.save(target, "PNG", optimize=False) if as_png else drawn.save(target, "JPEG", quality=85)
    return Copy(target.getvalue(), "image/png" if as_png else "image/jpeg", drawn.width, drawn.height)
