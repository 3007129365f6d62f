"""What a handle or a team's slug may be: one spelling rule and the words kept for addresses."""

import re
import unicodedata

LONGEST = 39
SPELLING = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,37}[a-z0-9])?")
RESERVED = frozenset(
    """about account accounts admin administrator all anonymous api archive assets atom author authors bib
    blog categories category celery collections comments config contact dashboard daily delete demo device digest
    digests docs download edit everyone explore export faq favicon feed feeds followers following graphql
    group groups guest healthz help home hot import inbox index instance invitations join json lectern legal
    library list lists login logout mail me media metrics moderator monthly new news nobody none notices null
    oauth organization organizations org orgs papers password people postmaster preferences privacy profile
    public push register robots root rss saved schema search security sessions settings share signin signout
    signup site sitemap source sources staff static status styleguide submit support system tag tags team
    teams terms test top trending undefined unsubscribe user users vote votes webhook webhooks week weekly
    welcome well-known www""".split()
)


def problem_with(name: str) -> str:
    """Return why a name cannot be taken by anybody, or "" when it can.

    Args:
        name: the wanted handle or slug, as typed.
    """
    if not SPELLING.fullmatch(name):
        return f"use 1 to {LONGEST} lower-case letters, digits and hyphens, with no hyphen at either end"
    if name in RESERVED:
        return f"“{name}” is kept for Lectern's own pages"
    return ""


def suggest(text: str) -> str:
    """Turn free text, such as the first half of an e-mail address, into a well-spelt name."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST].strip("-")
    return name if name and name not in RESERVED else f"reader-{name}".strip("-")
