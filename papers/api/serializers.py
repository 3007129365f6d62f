"""How papers, lists and their items look as JSON, and what may be written."""

from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.api.lean import Lean
from accounts.api.permissions import allows
from accounts.api.sparse import Sparse
from accounts.models import Namespace, Scope, User
from papers.markup import markdown
from papers.models import Assignment, Link, ListItem, Paper, ReadingList, Version
from papers.record import LONGEST_TAG, MOST_TAGS


class PageAddress(serializers.URLField):
    """The full address of the row's page on this site."""

    def __init__(self, **options: Any) -> None:
        super().__init__(source="*", read_only=True, **options)

    def to_representation(self, value: Any) -> str:
        return self._site + value.get_absolute_url()

    @cached_property
    def _site(self) -> str:
        return str(self.context["request"].build_absolute_uri("/")).removesuffix("/")


class PlaceSerializer(serializers.Serializer[Any]):
    """A list of yours, of a team's or shared with you."""

    owner = serializers.CharField(source="reading_list.owner.name")
    slug = serializers.CharField(source="reading_list.slug")
    title = serializers.CharField(source="reading_list.title")


class PaperCardSerializer(Lean, Sparse, serializers.Serializer[Paper]):
    """A paper in a list; `authors` are the first few, `author_count` tells how many there are. Load it by `for_answer`."""

    slug = serializers.CharField()
    url = PageAddress()
    arxiv_id = serializers.CharField(allow_null=True)
    doi = serializers.CharField(allow_null=True)
    title = serializers.CharField()
    abstract = serializers.CharField()
    summary = serializers.CharField(help_text="Two sentences of the abstract; empty until the paper is indexed.")
    keywords: Any = serializers.ListField(child=serializers.CharField())
    authors = serializers.SerializerMethodField()
    author_count = serializers.IntegerField()
    categories: Any = serializers.ListField(source="category_codes", child=serializers.CharField())
    published_on = serializers.DateField(allow_null=True)
    first_seen_at = serializers.DateTimeField()
    votes = serializers.IntegerField(source="stats.vote_count")
    saves = serializers.IntegerField(source="stats.save_count")
    comments = serializers.IntegerField(source="stats.comment_count")
    voted = serializers.BooleanField(source="is_voted", help_text="Did you upvote it?")
    saved = serializers.BooleanField(source="is_saved", help_text="Is it in a list of yours?")
    state = serializers.CharField(source="reading_state", help_text="to_read, reading, read, dismissed, or empty: what you said.")
    lists = serializers.SerializerMethodField(help_text="Lists of yours, your teams and shared with you; for a token with lists:read.")
    reading_url = serializers.CharField(help_text="Where the paper itself can be read, or empty.")
    pdf_url = serializers.CharField()
    is_withdrawn = serializers.BooleanField()
    is_retracted = serializers.BooleanField()

    @extend_schema_field(PlaceSerializer(many=True))
    def get_lists(self, paper: Paper) -> Any:
        """What a token may not read elsewhere, it is not told here."""
        if not getattr(paper, "places", None) or not allows(self.context["request"], Scope.LISTS_READ):
            return []
        return PlaceSerializer(paper.places, many=True).data  # type: ignore[attr-defined]

    def get_authors(self, paper: Paper) -> list[str]:
        return paper.first_names  # type: ignore[attr-defined]


class VersionSerializer(serializers.ModelSerializer[Version]):
    class Meta:
        model = Version
        fields = ["number", "made_on"]


class LinkSerializer(serializers.ModelSerializer[Link]):
    class Meta:
        model = Link
        fields = ["kind", "url"]


class PaperSerializer(PaperCardSerializer):
    """A paper on its own, with all its authors."""

    source = serializers.CharField()  # type: ignore[assignment]  # what brought it in, and not where the field is read
    comment = serializers.CharField()
    journal_ref = serializers.CharField()
    licence = serializers.CharField()
    versions = VersionSerializer(many=True)
    links = LinkSerializer(many=True)
    cited_by_count = serializers.IntegerField(allow_null=True, help_text="By OpenAlex; null where it was not asked.")

    def get_authors(self, paper: Paper) -> list[str]:
        return [authorship.author.name for authorship in paper.authorships.all()]


class VoteSerializer(serializers.Serializer[Any]):
    votes = serializers.IntegerField()
    voted = serializers.BooleanField()


class VoterSerializer(serializers.Serializer[User]):
    handle = serializers.CharField()
    full_name = serializers.CharField()


class VotersSerializer(serializers.Serializer[Any]):
    votes = serializers.IntegerField()
    voters = VoterSerializer(many=True)
    others = serializers.IntegerField(help_text="How many are not named.")


class RisingSerializer(Sparse):
    paper = PaperCardSerializer()
    field = serializers.CharField(help_text="The category in which it stands highest.")
    place = serializers.IntegerField()


class RisingPapersSerializer(serializers.Serializer[Any]):
    results = RisingSerializer(many=True)


class OwnerField(serializers.SlugRelatedField):
    """The name of a person or team under which the reader may keep lists."""

    default_error_messages = {"does_not_exist": "You cannot keep lists under the name “{value}”."}

    def __init__(self, **options: Any) -> None:
        super().__init__(slug_field="name", queryset=Namespace.objects.all(), **options)

    def get_queryset(self) -> Any:
        return Namespace.objects.writable_by(self.context["request"].user)

    def to_internal_value(self, data: Any) -> Namespace:
        return super().to_internal_value(serializers.CharField().run_validation(data))


class ReadingListSerializer(Sparse, serializers.ModelSerializer[ReadingList]):
    """A list; leave `owner` out to make one of your own. It is set once, when the list is made."""

    url = PageAddress()
    owner = OwnerField(required=False)
    version = serializers.IntegerField(source="last_version", read_only=True, help_text="Grows with every change of its papers.")
    read_count = serializers.IntegerField(read_only=True, default=0, help_text="How many of its papers you have read.")
    parent: Any = serializers.CharField(
        source="parent.slug", required=False, allow_null=True, default=None, max_length=80, help_text="The slug of the list it is inside."
    )

    class Meta:
        model = ReadingList
        fields = [
            "owner",
            "slug",
            "url",
            "title",
            "description",
            "visibility",
            "parent",
            "item_count",
            "read_count",
            "version",
            "created_at",
            "updated_at",
        ]
        read_only_fields = ["slug", "item_count", "created_at", "updated_at"]

    def to_representation(self, instance: ReadingList) -> dict[str, Any]:
        shown = super().to_representation(instance)
        return shown | {"visibility": instance.open_to} if "visibility" in shown else shown

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Make the parent's row of its slug: one of the same owner, and the reader's to change."""
        if "parent" in attrs:
            slug, user = (attrs["parent"] or {}).get("slug"), self.context["request"].user
            owner = self.instance.owner if self.instance else attrs.get("owner") or user.namespace
            lists = ReadingList.objects.editable_by(user).roots().filter(owner=owner, slug=slug)
            attrs["parent"] = lists.first() if slug else None
            if slug and attrs["parent"] is None:
                raise serializers.ValidationError({"parent": _("There is no such list of this owner that may hold others.")})
        return attrs

    def validate_owner(self, owner: Namespace) -> Namespace:
        if self.instance and owner != self.instance.owner:
            raise serializers.ValidationError(_("A list stays with its owner."))
        return owner


class TaskSerializer(serializers.ModelSerializer[Assignment]):
    """Who presents or reads a paper, and until when."""

    who = serializers.CharField(source="user.handle", read_only=True)

    class Meta:
        model = Assignment
        fields = ["who", "part", "due_on", "words"]


class TagNamesField(serializers.ListField):
    """Tags of a paper in a list, by their names."""

    child = serializers.CharField(max_length=LONGEST_TAG)

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=MOST_TAGS, required=False, help_text="Words of the list’s owner; case makes no other tag.", **options)


class ListItemSerializer(Sparse, serializers.ModelSerializer[ListItem]):
    paper = PaperCardSerializer(read_only=True)
    note_html = serializers.SerializerMethodField(
        help_text="The note, which is Markdown with LaTeX, as this site shows it; safe to put into a page."
    )
    note_by = serializers.CharField(source="note_by.handle", read_only=True, allow_null=True, default=None)
    etag = serializers.CharField(read_only=True, help_text="Send it as If-Match to replace the note.")
    added_by = serializers.CharField(source="added_by.handle", read_only=True, allow_null=True, default=None)
    read_by = serializers.SerializerMethodField(help_text="Who of the team has read it and shows that; for the team's people, else null.")
    assignments: Any = TaskSerializer(source="tasks", many=True, read_only=True, default=[], help_text="For the team's people; else empty.")
    tags: Any = TagNamesField(source="tag_names")
    sort_key = serializers.IntegerField(source="position", read_only=True, help_text="By hand, items are in the order of these numbers.")

    class Meta:
        model = ListItem
        fields = ["paper", "note", "tags", "note_html", "note_by", "note_at", "etag", "added_by", "added_at", "read_by", "assignments"]
        fields += ["sort_key", "version"]
        read_only_fields = ["note_at", "added_at", "version"]

    def get_note_html(self, item: ListItem) -> str:
        return markdown.html(item.note)

    def get_read_by(self, item: ListItem) -> list[str] | None:
        readers = getattr(item, "read_by", None)
        return None if readers is None else [reader["handle"] for reader in readers]


class ItemChangeSerializer(serializers.Serializer[Any]):
    """What may be changed of a paper in a list; at most one of the three says where it goes."""

    note = serializers.CharField(required=False, allow_blank=True, max_length=5_000)
    tags = TagNamesField()
    before = serializers.CharField(required=False, max_length=300, help_text="A paper of the list, by any of its names.")
    after = serializers.CharField(required=False, max_length=300, help_text="A paper of the list, by any of its names.")
    position = serializers.IntegerField(
        required=False, min_value=0, max_value=10**9, help_text="Counted from 0; beyond the last: to the end."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len({"before", "after", "position"} & set(attrs)) > 1:
            raise serializers.ValidationError(_("Give one of before, after and position."))
        return attrs
