"""The demo library: real, well-known papers and a dozen demo readers with tastes of their own."""

from dataclasses import dataclass
from pathlib import Path

LIBRARY = Path(__file__).parent / "library.jsonl"
SOURCE = "demo library"
PASSWORD = "lectern-demo"  # noqa: S105 - no secret: it is printed at every start
DOMAIN = "demo.example"  # reserved by RFC 2606: no mail to it can reach anybody


@dataclass(frozen=True)
class DemoReader:
    """A demo account; `topics` are clusters of the library, the favourite first."""

    handle: str
    name: str
    topics: tuple[str, ...]

    @property
    def email(self) -> str:
        return f"{self.handle.removeprefix('demo-')}@{DOMAIN}"


@dataclass(frozen=True)
class DemoTeam:
    """A demo team with one shared list on a topic; the first of `members` (handles) owns it."""

    slug: str
    title: str
    description: str
    members: tuple[str, ...]
    topic: str
    list_title: str
    list_description: str


READERS = (
    DemoReader("demo-language", "Demo reader: language models", ("language-models", "natural-language-processing")),
    DemoReader("demo-vision", "Demo reader: vision and images", ("computer-vision", "generative-models")),
    DemoReader("demo-control", "Demo reader: agents and robots", ("reinforcement-learning", "robotics")),
    DemoReader("demo-graphs", "Demo reader: graphs and networks", ("graphs-and-networks", "recommenders-and-search")),
    DemoReader("demo-theory", "Demo reader: learning theory", ("optimisation-and-learning-theory", "statistics")),
    DemoReader("demo-speech", "Demo reader: speech and audio", ("speech-and-audio",)),
    DemoReader("demo-systems", "Demo reader: systems and databases", ("systems-and-databases",)),
    DemoReader("demo-security", "Demo reader: security and privacy", ("security-and-privacy",)),
    DemoReader("demo-quantum", "Demo reader: quantum computing", ("quantum-computing", "physics-and-cosmology")),
    DemoReader("demo-cosmos", "Demo reader: physics and the sky", ("physics-and-cosmology",)),
    DemoReader("demo-life", "Demo reader: biology and neuroscience", ("biology-and-neuroscience",)),
    DemoReader("demo-society", "Demo reader: people and computers", ("society-and-human-centred-computing",)),
    DemoReader("demo-mathematics", "Demo reader: pure mathematics", ("pure-mathematics", "statistics")),
)
ADMIN = DemoReader("demo-admin", "Demo administrator", ("systems-and-databases", "statistics"))
TEAMS = (
    DemoTeam(
        slug="demo-reading-group",
        title="Demo reading group",
        description="A demo team that reads about language models together.",
        members=("demo-language", "demo-vision", "demo-control", "demo-theory"),
        topic="language-models",
        list_title="How we got here",
        list_description="What a new member should have read before the first meeting.",
    ),
    DemoTeam(
        slug="demo-quantum-lab",
        title="Demo quantum lab",
        description="A demo team at the border of physics and computing.",
        members=("demo-quantum", "demo-cosmos", "demo-security"),
        topic="quantum-computing",
        list_title="Noise and error correction",
        list_description="The shared shelf of a demo lab.",
    ),
)
