"""The platforms' languages, one file each. A new one is a blueprint added to this list."""

from simulator.dialects import mastodon, youtube

BLUEPRINTS = (mastodon.blueprint, youtube.blueprint)
from simulator.dialects import graph_api, mastodon

BLUEPRINTS = (mastodon.blueprint, graph_api.blueprint)
from simulator.dialects import bluesky, mastodon

BLUEPRINTS = (mastodon.blueprint, bluesky.blueprint)
