"""How often each platform is asked: what a call costs there decides."""

from datetime import timedelta

from django.conf import settings

from inbox.models import Channel

# The slow pass (threads of our posts, known comments by id) costs many calls: on YouTube each is taken from the day's
# units, which all channels of the installation share.
SLOWER = {Channel.Platform.YOUTUBE: 30, Channel.Platform.RSS: 5}
METERED = frozenset({Channel.Platform.YOUTUBE})


def slow_pass_every(channel: Channel) -> timedelta:
    """Return how long there is between two looks at the same thread or comment."""
    return timedelta(seconds=settings.SLOW_PASS_EVERY * SLOWER.get(Channel.Platform(channel.platform), 1))


def is_metered(channel: Channel) -> bool:
    """Return whether each call is taken from a day's budget, so that nothing is asked without need."""
    return channel.platform in METERED
