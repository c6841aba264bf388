"""The municipality's published rules for hiding, deleting and banning: kept by a lead."""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audit import log
from inbox.actions.errors import NotAllowedError, RefusedError
from inbox.models import HouseRule
from team.models import Membership, Municipality

DEFAULTS = Path(__file__).resolve().parent / "default_rules.toml"


@transaction.atomic
def keep(
    *,
    code: str,
    title: str,
    text: str,
    allows: Sequence[str],
    by: Membership,
    link: str = "",
    rule: HouseRule | None = None,
) -> HouseRule:
    """Enter a rule, or change one; a proposal that a lead saves is the municipality's own from then on.

    What was done by the rule before keeps its copy. RefusedError when the code is taken.
    """
    _must_lead(by)
    verb = "change" if rule else "enter"
    rule = rule or HouseRule(municipality=by.municipality)
    rule.code, rule.title, rule.text, rule.link = code.strip(), title.strip(), text.strip(), link.strip()
    rule.allows = [str(one) for one in HouseRule.Allows if one in allows]
    rule.is_proposal = False
    try:
        with transaction.atomic():
            rule.save()
    except IntegrityError as error:
        raise RefusedError(_("Det finnes allerede en regel med denne koden.")) from error
    log.record(f"house_rule.{verb}", subject=rule, by=by, allows=rule.allows, text_hash=log.content_hash(rule.text))
    return rule


@transaction.atomic
def set_active(rule: HouseRule, *, active: bool, by: Membership) -> None:
    """Take a rule out of use, or take it up again. What was done by it stands."""
    _must_lead(by)
    rule.is_active = active
    rule.save(update_fields=["is_active", "changed_at"])
    log.record(f"house_rule.{'activate' if active else 'deactivate'}", subject=rule, by=by)


def _must_lead(by: Membership) -> None:
    if not by.may_approve:
        raise NotAllowedError(_("Bare en leder kan endre husreglene."))


@transaction.atomic
def load_defaults(municipality: Municipality) -> int:
    """Load the proposals that the municipality lacks by code, while it has no rule of its own. Returns how many."""
    if HouseRule.objects.filter(municipality=municipality, is_proposal=False).exists():
        return 0
    with DEFAULTS.open("rb") as file:
        rows: list[dict[str, Any]] = tomllib.load(file)["rule"]
    known = set(HouseRule.objects.filter(municipality=municipality).values_list("code", flat=True))
    fresh = [row for row in rows if row["code"] not in known]
    for row in fresh:
        rule = HouseRule.objects.create(municipality=municipality, is_proposal=True, link=municipality.website, **row)
        log.record("house_rule.propose", subject=rule, by=None)
    return len(fresh)
