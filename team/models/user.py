"""A person who signs in."""

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Makes people; an e-mail address is kept in lower case so that it is the same person in any spelling."""

    def create_user(self, email: str, password: str | None = None, *, name: str = "", **fields: object) -> "User":
        """Return a new, saved user. Without a password the person cannot sign in before setting one."""
        user = self.model(email=email.strip().lower(), name=name, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """One person, in one or more municipalities through memberships."""

    class ColourScheme(models.TextChoices):
        AUTO = "auto", _("som maskinen")
        LIGHT = "light", _("lys")
        DARK = "dark", _("mørk")

    email = models.EmailField(_("e-post"), unique=True)
    name = models.CharField(_("navn"), max_length=150)
    language = models.CharField(_("språk"), max_length=5, default="nb")
    colour_scheme = models.CharField(_("farger"), max_length=5, choices=ColourScheme, default=ColourScheme.AUTO)
    single_keys = models.BooleanField(_("hurtigtaster med én tast"), default=True)
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_lower")]

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"
