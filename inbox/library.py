"""What we have written beforehand, and which of it fits a comment: templates, facts, matters, tasks."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector
from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from audit import log
from guidelines.duties import Flag, Sorting
from inbox.models import Comment, CorrectionTask, Fact, Matter, Reply, Template, TemplateVersion
from inbox.obligations import latest_forwarding
from inbox.workflow import CommentStatus, MatterStatus, ReplyStatus, TaskStatus, TemplateStatus
from team.models import Membership, Municipality

FIELDS = ("navn", "innlegg", "enhet", "lenke")
FIELD = re.compile(r"\{(\w+)\}")
FIRST_NAME = re.compile(r"[^\W\d_]{2,20}(?:[-'’][^\W\d_]{2,20})?")
OFFERED = 5
DICTIONARY = "norwegian"


@dataclass(frozen=True)
class Filled:
    """A template filled in for one comment: the words, their language, and the fields there was nothing for."""

    version: TemplateVersion
    text: str
    language: str
    lacking: tuple[str, ...] = ()

    @property
    def text_hash(self) -> str:
        return log.content_hash(self.text)


def fill(version: TemplateVersion, comment: Comment, values: Mapping[str, str] | None = None) -> Filled:
    """Fill the template's fields from the comment, in the sender's language if the template has it.

    Of the name only the first, and only when it looks like one; a greeting without a name stands without it.
    `values` are the fields' values when many templates are filled for one comment.
    """
    language = version.language_for(*languages_of(comment))
    values = values_of(comment) if values is None else values
    text = getattr(version, language)
    if not values["navn"]:
        text = re.sub(r",?\s*\{navn\}", "", text)
    lacking = tuple(sorted({name for name in FIELD.findall(text) if name in FIELDS and not values[name]}))
    text = FIELD.sub(lambda match: values.get(match.group(1), match.group()), text)
    return Filled(version, text.replace("\r\n", "\n").strip(), language, lacking)


def languages_of(comment: Comment) -> list[str]:
    """Return the languages to answer in, best first: the sender's own, then the municipality's."""
    own = {"no": "nb"}.get(comment.language[:2], comment.language[:2])
    return [own, comment.municipality.written_language]


def values_of(comment: Comment, *, by_name: bool = True) -> dict[str, str]:
    """Return what fills the fields of a template for this comment; an answer to many names nobody."""
    forwarding = latest_forwarding(comment)
    return {
        "navn": first_name(comment.author_name) if by_name else "",
        "innlegg": comment.post.title if comment.post else "",
        "enhet": forwarding.recipient.name if forwarding else "",
        "lenke": comment.municipality.enquiry_url or comment.municipality.website,
    }


def first_name(name: str) -> str:
    """Return the first word of a display name when it is a name, "" for an address, a number or a row of emoji."""
    first = (name.split() or [""])[0].strip(",.")
    return first if FIRST_NAME.fullmatch(first) else ""


def usable_templates(municipality_id: int) -> QuerySet[Template]:
    """Return the approved templates that are not past their review date."""
    return Template.objects.filter(
        municipality_id=municipality_id, status=TemplateStatus.APPROVED, review_on__gte=timezone.localdate()
    )


def fits(template: Template, comment: Comment) -> bool:
    """Tell whether the template is meant for the comment's channel and all its sortings (none named: for any)."""
    if template.platforms and comment.channel.platform not in template.platforms:
        return False
    return not template.sortings or set(comment.sortings) <= set(template.sortings)


def templates_for(comment: Comment, *, by_name: bool = True) -> list[Filled]:
    """Return the usable templates for the comment, filled in; in an emergency the fixed answers come first."""
    fixed = [Template.Kind.URGENT] if Flag.URGENT in comment.flags else []
    templates = [
        one
        for one in usable_templates(comment.municipality_id).prefetch_related("versions")
        if fits(one, comment) and (one.kind != Template.Kind.URGENT or fixed)
    ]
    templates.sort(key=lambda one: (one.kind not in fixed, one.kind == Template.Kind.THANKS, one.name))
    values = values_of(comment, by_name=by_name)
    return [fill(list(one.versions.all())[-1], comment, values) for one in templates]


def may_be_urgent(comment: Comment) -> bool:
    """Tell whether a person or a rule says that the comment may be an emergency. False is never «safe»."""
    return Flag.URGENT in {*comment.flags, *comment.suggestions}


def urgent_texts(comment: Comment) -> list[Filled]:
    """Return the fixed answers for an emergency: where it may be one, and for any comment nobody has sorted yet."""
    if not may_be_urgent(comment) and comment.status != CommentStatus.NEW:
        return []
    templates = usable_templates(comment.municipality_id).filter(kind=Template.Kind.URGENT)
    return [fill(version, comment) for version in map(_latest, templates) if version]


def thanks_for(comment: Comment) -> Filled | None:
    """Return the thanks to offer for praise: what this post has not had, or had longest ago. None: write one.

    Only for praise that nobody flagged; the words that were used last under the post never come next.
    """
    if comment.sortings != [Sorting.PRAISE] or comment.flags:
        return None
    under_post = Q(versions__replies__comment__post_id=comment.post_id) & ~Q(
        versions__replies__status=ReplyStatus.DISCARDED
    )
    templates = list(
        usable_templates(comment.municipality_id)
        .filter(kind=Template.Kind.THANKS)
        .annotate(used=Max("versions__replies__created_at", filter=under_post))
    )
    if not templates:
        return None
    # Those never used here first, beginning at another place for each comment; then the one used longest ago.
    start = comment.pk % len(templates)
    turned = templates[start:] + templates[:start]
    turned.sort(key=lambda one: (one.used is not None, one.used))
    given = set(comment.replies.exclude(status=ReplyStatus.DISCARDED).values_list("text_hash", flat=True))
    offers = (fill(version, comment) for version in map(_latest, turned) if version)
    return next((one for one in offers if one.text_hash not in given and not one.lacking), None)


def _latest(template: Template) -> TemplateVersion | None:
    return template.latest


def all_templates(member: Membership) -> list[Template]:
    """Return the municipality's templates with how many answers each has filled (`uses`)."""
    answers = Count("versions__replies", filter=~Q(versions__replies__status=ReplyStatus.DISCARDED))
    templates = Template.objects.filter(municipality_id=member.municipality_id).annotate(uses=answers)
    return list(templates.select_related("owner__user").prefetch_related("versions").order_by("status", "name"))


def find_facts(municipality_id: int, words: str, *, valid_only: bool = False) -> list[Fact]:
    """Return facts whose claim or correction speaks of any of the words, best first; all of them for no words."""
    facts = Fact.objects.filter(municipality_id=municipality_id).select_related("owner__user")
    if valid_only:
        facts = facts.filter(valid_until__gte=timezone.localdate())
    terms = re.findall(r"\w{3,40}", words)[:40]
    if not words.strip():
        return list(facts[:200])
    if not terms:
        return []
    query = SearchQuery(terms[0], config=DICTIONARY)
    for term in terms[1:]:
        query |= SearchQuery(term, config=DICTIONARY)
    vector = SearchVector("claim", "correction", config=DICTIONARY)
    part = Q(claim__icontains=words.strip()) | Q(correction__icontains=words.strip())
    ranked = facts.annotate(found=vector, rank=SearchRank(vector, query))
    return list(ranked.filter(Q(found=query) | part).order_by("-rank", "-changed_at")[:50])


def facts_for(comment: Comment) -> list[Fact]:
    """Return the facts to offer for the claim in a comment; none where nobody has said that it is wrong."""
    if Sorting.FACTUAL_ERROR not in comment.sortings:
        return []
    return find_facts(comment.municipality_id, comment.claim or comment.text, valid_only=True)[:OFFERED]


def open_matters(municipality_id: int) -> list[Matter]:
    """Return the matters under treatment, by number."""
    return list(Matter.objects.filter(municipality_id=municipality_id, status=MatterStatus.OPEN)[:500])


def matters_for(comment: Comment, text: str) -> list[Matter]:
    """Return open matters that the comment or the draft is about; on a political comment also those it may be about."""
    words = f"{comment.text} {text}"
    matters = open_matters(comment.municipality_id)
    found = [one for one in matters if mentions(one, words)]
    if not found and Flag.POLITICAL in comment.flags:
        found = matters
    return found[:OFFERED]


def mentions(matter: Matter, text: str) -> bool:
    """Tell whether the text names the matter: its number, or two long words of its title (its only one, if so)."""
    if re.search(rf"(?<!\d){re.escape(matter.number)}(?!\d)", text):
        return True
    said = {word.lower() for word in re.findall(r"\w{5,}", text)}
    titled = {word.lower() for word in re.findall(r"\w{5,}", matter.title)}
    return bool(titled) and len(said & titled) >= min(2, len(titled))


def recommendation_words(matter: Matter, municipality: Municipality, language: str) -> str:
    """Return the sentence that refers to the chief executive's recommendation, and to nothing else."""
    title = municipality.executive_title
    lead = {
        "nn": f"Innstillinga frå {title}en i sak {matter.number}",
        "en": f"The chief executive's recommendation in case {matter.number}",
    }.get(language, f"{title.capitalize()}ens innstilling i sak {matter.number}")
    link = f" {matter.link}" if matter.link else ""
    return f"{lead}: {matter.recommendation.strip()}{link}"


def correction_tasks(member: Membership) -> list[CorrectionTask]:
    """Return the posts of ours that must be corrected, open ones first."""
    tasks = CorrectionTask.objects.filter(municipality_id=member.municipality_id)
    return list(
        tasks.select_related("comment__post", "created_by__user", "done_by__user").order_by("-status", "-created_at")[
            :100
        ]
    )


def open_task_count(municipality_id: int) -> int:
    """Return how many posts of ours wait to be corrected."""
    return CorrectionTask.objects.filter(municipality_id=municipality_id, status=TaskStatus.OPEN).count()


def answer_to_keep(comment: Comment) -> Reply | None:
    """Return the published correction that the fact bank does not have yet."""
    if Sorting.FACTUAL_ERROR not in comment.sortings:
        return None
    reply = comment.replies.filter(status=ReplyStatus.PUBLISHED).exclude(source="").order_by("-published_at").first()
    known = Fact.objects.filter(municipality_id=comment.municipality_id)
    return None if reply is None or known.filter(correction=reply.text).exists() else reply
