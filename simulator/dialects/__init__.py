"""The platforms' languages, one file each. A new one is a blueprint added to this list."""

from simulator.dialects import bluesky, graph_api, mastodon, youtube

BLUEPRINTS = (mastodon.blueprint, graph_api.blueprint, bluesky.blueprint, youtube.blueprint)
