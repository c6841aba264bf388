"""Uploading a picture before the reply it goes with: nobody sees it alone, so it may be repeated."""

from collections.abc import Iterator
from contextlib import contextmanager

from inbox.channels.base import (
    GoneError,
    PermissionMissingError,
    Picture,
    PictureRefusedError,
    ProtocolError,
    RejectedError,
    TransientError,
    UnclearError,
)


@contextmanager
def uploading() -> Iterator[None]:
    """Say what an upload's errors mean for the reply: nothing was published, whatever went wrong.

    An answer that was lost becomes TransientError; what the platform does not take, PictureRefusedError: also a missing
    right to upload, since replies without a picture still get out.
    """
    try:
        yield
    except UnclearError as error:
        raise TransientError(*error.args) from error
    except (RejectedError, GoneError, PermissionMissingError, ProtocolError) as error:
        raise PictureRefusedError(*error.args) from error


def refuse_picture(picture: Picture | None, platform: str) -> None:
    """Raise PictureRefusedError for a picture where replies carry none."""
    if picture:
        raise PictureRefusedError(platform, message="replies carry no pictures here")
