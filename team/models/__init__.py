"""Who we are."""

from team.models.membership import Membership, Role
from team.models.municipality import Municipality
from team.models.unit import Unit
from team.models.user import User

__all__ = ["Membership", "Municipality", "Role", "Unit", "User"]
