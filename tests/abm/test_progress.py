"""A progress bar shows up when it should and never changes what passes it."""

import sys

import pytest

from abm import progress


@pytest.fixture
def watched(monkeypatch):
    """Let standard error be a terminal that somebody looks at, and patience be gone at once."""
    monkeypatch.setattr(progress, "PATIENCE_S", -1.0)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)


@pytest.mark.parametrize("wanted", [True, False])
def test_where_nobody_looks_items_pass_and_nothing_is_written(wanted, capsys):
    assert list(progress.shown_while(iter("abc"), 3, wanted)) == ["a", "b", "c"]
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("total", [3, None])
def test_under_somebodys_eyes_all_items_pass_too(watched, total):
    assert list(progress.shown_while(iter("abc"), total)) == ["a", "b", "c"]


def test_who_wants_no_bar_gets_none(watched, capsys):
    assert list(progress.shown_while(iter("abc"), 3, wanted=False)) == ["a", "b", "c"]
    assert capsys.readouterr().err == ""


def test_an_error_on_the_way_passes(watched):
    def items():
        yield 1
        raise ValueError("on the way")

    seen = []
    with pytest.raises(ValueError, match="on the way"):
        seen.extend(progress.shown_while(items(), 2))
    with pytest.raises(ValueError, match="on the way"):
        for item in progress.shown_while(items(), 2):
            seen.append(item)
    assert seen[-1] == 1


def test_items_are_asked_for_one_at_a_time():
    asked = []

    def items():
        for x in range(3):
            asked.append(x)
            yield x

    passing = progress.shown_while(items(), 3)
    assert next(passing) == 0 and asked == [0]
