"""The platforms' languages, one file each. A new one is a blueprint added to this list."""

from simulator.dialects import bluesky, mastodon

BLUEPRINTS = (mastodon.blueprint, bluesky.blueprint)
