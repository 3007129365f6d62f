"""`manage.py import_papers`: everything good comes in, everything bad is named."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from papers.models import Paper

pytestmark = pytest.mark.django_db


def write_lines(path: Path, *lines: object) -> Path:
    path.write_bytes(b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines))
    return path


def run(*files: Path, **options: str) -> str:
    out = StringIO()
    call_command("import_papers", *map(str, files), stdout=out, **options)
    return out.getvalue().strip()


def test_a_second_run_finds_everything_unchanged(tmp_path: Path) -> None:
    file = write_lines(tmp_path / "a.jsonl", {"title": "One"}, {"title": "Two", "arxiv_id": "arXiv:2401.00001v2"})
    assert run(file) == "2 added, 0 updated, 0 unchanged, 0 rejected"
    assert run(file) == "0 added, 0 updated, 2 unchanged, 0 rejected"
    assert Paper.objects.get(title="Two").slug == "2401.00001"


@pytest.mark.parametrize(
    ("line", "field"),
    [
        (b"no json", "line"),
        (b"\xff\xfe", "line"),
        (b"[" * 100_000, "line"),
        ([1], "record"),
        ({"abstract": "no title"}, "title"),
        ({"title": "   "}, "title"),
        ({"title": 5}, "title"),
        ({"title": "x" * 2_000}, "title"),
        ({"title": "a\x00b"}, "title"),
        ({"title": "a", "arxiv_id": "2413.00001"}, "arxiv_id"),
        ({"title": "a", "doi": "11.1/x"}, "doi"),
        ({"title": "a", "doi": "10.1234/a%00b"}, "doi"),
        ({"title": "a", "doi": "10.1234/" + "x" * 300}, "doi"),
        ({"title": "a", "arxiv_id": "a" * 60 + "/9901001"}, "arxiv_id"),
        ({"title": "a", "authors": "One, Two"}, "authors"),
        ({"title": "a", "authors": [None, 3]}, "authors"),
        ({"title": "a", "published": "12 June"}, "published"),
        ({"title": "a", "url": "javascript:alert(1)"}, "url"),
    ],
)
def test_a_bad_line_is_named_and_the_rest_comes_in(line: object, field: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file = write_lines(tmp_path / "mixed.jsonl", {"title": "Before"}, line, {"title": "After"})
    with pytest.raises(CommandError) as failure:
        run(file)
    assert failure.value.returncode == 1
    assert f"{file}, line 2: {field}: " in capfd.readouterr().err
    assert set(Paper.objects.values_list("title", flat=True)) == {"Before", "After"}


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no file that can be read"):
        run(tmp_path / "nowhere.jsonl")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no file that can be read"):
        run(tmp_path)


def test_a_long_source_is_refused_and_a_long_name_of_a_file_is_cut(tmp_path: Path) -> None:
    file = write_lines(tmp_path / ("n" * 220 + ".jsonl"), {"title": "One"})
    with pytest.raises(CommandError, match="--source"):
        run(file, source="s" * 201)
    assert not Paper.objects.exists()
    run(file)
    assert Paper.objects.get().source == "n" * 200


def test_the_shared_sample_of_trending_papers_comes_in_whole() -> None:
    sample = Path(__file__).parents[3] / "shared" / "data" / "trending-58" / "papers.jsonl"
    if not sample.exists():
        pytest.skip("the sample is not beside this checkout")
    assert run(sample) == "58 added, 0 updated, 0 unchanged, 0 rejected"
