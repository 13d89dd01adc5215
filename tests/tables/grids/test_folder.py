import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scheduler.errors import InputError, OutputError
from scheduler.tables.grids.folder import new_folder, write_file

KNOWN = frozenset({"a.csv", "b.csv"})
ROOT = Path(__file__).parents[3]

KILLED = """
import os, signal, sys
from pathlib import Path
from scheduler.tables.grids import folder

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

out, point = Path(sys.argv[1]), sys.argv[2]
if point == "between":
    rename = Path.rename
    def once(self, target):
        if "menzhen-new" in self.name:
            die()
        return rename(self, target)
    Path.rename = once
if point == "after":
    folder.shutil.rmtree = die
with folder.new_folder(out, frozenset({"a.csv", "b.csv"})) as staging:
    (staging / "a.csv").write_text("new")
    if point == "inside":
        die()
"""


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "plan"


@pytest.fixture
def old(out: Path) -> Path:
    out.mkdir()
    (out / "a.csv").write_text("old")
    return out


def entries(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted(folder.iterdir())}


def write(out: Path) -> None:
    with new_folder(out, KNOWN) as staging:
        (staging / "b.csv").write_text("new")


def killed(out: Path, point: str) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, str(out), point], cwd=ROOT, check=False)
    assert done.returncode == -signal.SIGKILL


def test_what_is_written_appears_at_the_end(out: Path) -> None:
    with new_folder(out, KNOWN) as staging:
        (staging / "a.csv").write_text("new")
        assert not out.exists()
    assert entries(out) == {"a.csv": "new"}
    assert [path.name for path in out.parent.iterdir()] == ["plan"]


def test_results_of_before_are_replaced_as_a_whole(old: Path) -> None:
    write(old)
    assert entries(old) == {"b.csv": "new"}
    assert [path.name for path in old.parent.iterdir()] == ["plan"]


def test_folders_above_are_made(tmp_path: Path) -> None:
    write(tmp_path / "x" / "y")
    assert entries(tmp_path / "x" / "y") == {"b.csv": "new"}


def test_the_folder_has_the_rights_of_any_other(out: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    write(out)
    assert out.stat().st_mode == (tmp_path / "other").stat().st_mode


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_an_exception_leaves_the_results_of_before(old: Path, error: type[BaseException]) -> None:
    with pytest.raises(error), new_folder(old, KNOWN) as staging:
        (staging / "a.csv").write_text("new")
        raise error
    assert entries(old) == {"a.csv": "old"}
    assert [path.name for path in old.parent.iterdir()] == ["plan"]


def test_our_own_errors_pass_through(out: Path) -> None:
    with pytest.raises(InputError), new_folder(out, KNOWN):
        raise InputError([])
    assert not out.exists()


def test_files_of_others_are_never_replaced(old: Path) -> None:
    (old / "thesis.doc").write_text("dear")
    (old / "notes").mkdir()
    with pytest.raises(OutputError) as caught:
        write(old)
    assert [problem.where.field for problem in caught.value.problems] == ["notes", "thesis.doc"]
    assert (old / "thesis.doc").read_text() == "dear"


def test_a_file_that_comes_in_meanwhile_is_not_lost(old: Path) -> None:
    with pytest.raises(OutputError), new_folder(old, KNOWN):
        (old / "thesis.doc").write_text("dear")
    assert entries(old) == {"a.csv": "old", "thesis.doc": "dear"}


def test_an_empty_folder_is_in_nobodys_way(out: Path) -> None:
    out.mkdir()
    write(out)
    assert entries(out) == {"b.csv": "new"}


def test_a_file_in_the_place_of_the_folder_is_told(out: Path) -> None:
    out.write_text("a file")
    with pytest.raises(OutputError, match="this is a file"):
        write(out)
    with pytest.raises(OutputError, match="a file stands where a folder is needed"):
        write(out / "below")
    assert out.read_text() == "a file"


def test_the_working_folder_is_not_pulled_away(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (out / "below").mkdir(parents=True)
    monkeypatch.chdir(out / "below")
    with pytest.raises(OutputError, match="you work in"):
        write(out)


def test_a_link_stays_a_link_to_the_new_results(old: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(old)
    write(link)
    assert link.is_symlink()
    assert entries(old) == {"b.csv": "new"}


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "the disk is full"), (errno.EACCES, "nothing may be written"), (errno.EIO, "cannot")],
)
def test_an_error_of_the_disk_is_told_and_changes_nothing(old: Path, number: int, words: str) -> None:
    with pytest.raises(OutputError, match=words), new_folder(old, KNOWN) as staging:
        (staging / "a.csv").write_text("half")
        raise OSError(number, os.strerror(number))
    assert entries(old) == {"a.csv": "old"}
    assert [path.name for path in old.parent.iterdir()] == ["plan"]


def test_a_swap_that_fails_puts_the_results_of_before_back(
    old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename: Callable[[Path, Path], Path] = Path.rename

    def refuse(self: Path, target: Path) -> Path:
        if "menzhen-new" in self.name:
            raise OSError(errno.EIO, "broken")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(OutputError):
        write(old)
    assert entries(old) == {"a.csv": "old"}


@pytest.mark.parametrize(("point", "left"), [("inside", "old"), ("between", None), ("after", "new")])
def test_a_killed_run_leaves_whole_results_and_the_next_run_clears_up(
    old: Path, point: str, left: str | None
) -> None:
    killed(old, point)
    assert (entries(old)["a.csv"] if old.exists() else None) == left
    with pytest.raises(RuntimeError), new_folder(old, KNOWN):
        # Even a run that fails has put right first what the killed one left.
        raise RuntimeError
    assert entries(old) == {"a.csv": left or "old"}
    assert [path.name for path in old.parent.iterdir()] == ["plan"]


def test_a_run_at_work_is_left_alone_by_another(out: Path) -> None:
    program = KILLED + "\n    print(flush=True)\n    sys.stdin.readline()\n"
    other = subprocess.Popen(
        [sys.executable, "-c", program, str(out), "waits"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert other.stdin is not None
    assert other.stdout is not None
    other.stdout.readline()
    write(out)
    other.communicate("\n")
    assert other.returncode == 0
    assert entries(out) == {"a.csv": "new"}


def test_a_file_is_written_as_a_whole_with_its_folder(tmp_path: Path) -> None:
    file = tmp_path / "new" / "differences.csv"
    for content in (b"first", b"second"):
        write_file(file, content)
        assert file.read_bytes() == content
    assert list(file.parent.iterdir()) == [file]


def test_a_file_in_a_place_that_is_taken_is_refused_and_left_alone(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("mine")
    with pytest.raises(OutputError):
        write_file(taken / "differences.csv", b"new")
    (tmp_path / "folder").mkdir()
    with pytest.raises(OutputError):
        write_file(tmp_path / "folder", b"new")
    assert taken.read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "taken"]
