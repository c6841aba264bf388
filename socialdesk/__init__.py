"""SocialDesk: the moderation inbox of a Norwegian municipality's social media team."""

from socialdesk.celery import app as celery_app

__all__ = ["celery_app"]
