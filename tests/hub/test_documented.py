"""What docs/api.md shows of the Hugging Face client is run as it is written."""

import re
import shlex
import subprocess
from pathlib import Path

from accounts.models import User
from papers.actions.indexing import index_papers
from papers.models import ListItem
from tests.factories import make_paper
from tests.hub.conftest import MakeClient

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text()


def test_the_documented_commands_and_calls_work(client_of: MakeClient, alice: User) -> None:
    make_paper(arxiv_id="1706.03762")
    index_papers()
    client = client_of(alice)
    commands = re.findall(r"^hf .*$", PAGE, re.MULTILINE)
    assert len(commands) > 5
    for command in commands:
        client.hf(*shlex.split(command)[1:])
    [program] = re.findall(r"^```python\n(from huggingface_hub .*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    program = program.replace("http://127.0.0.1:8000", client.address).replace("lectern_pat_…", client.environment["HF_TOKEN"])
    subprocess.run([client.folder / "bin" / "python", "-c", program], env=client.environment, check=True, timeout=120)
    assert ListItem.objects.get(reading_list__title="Journal club").note == "start with section 3"
