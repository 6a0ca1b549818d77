"""What reaches a terminal steers nothing, fits a line and reads well."""

import io
import signal
import sys
from contextlib import suppress

import pytest

from experiments import terminal


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Rome", "Rome"),
        ("\x1b[2J gone", " [2J gone"),
        ("a\x07b\x7fc\x9bd", "a b c d"),
        ("\u202egnp.exe", "gnp.exe"),
        ("\u2066x\u2069 \u061cy", "x y"),
        ("tab\tand\nline stay", "tab\tand\nline stay"),
        ("重庆 Ürümqi", "重庆 Ürümqi"),
    ],
)
def test_nothing_steers_a_terminal_or_turns_the_direction_of_writing(text, shown):
    assert terminal.harmless(text) == shown


@pytest.mark.parametrize("character", [chr(c) for c in (*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F))])
def test_a_line_is_one_line_whatever_stands_in_it(character):
    line = terminal.one_line(f"a{character}b")
    assert line in ("a b", "ab") and len(line.splitlines()) == 1


def test_a_notice_is_short_goes_to_standard_error_and_says_who_speaks(capsys):
    terminal.notice("x\n" * 300)
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("twinhelix: x x x") and err.endswith("…\n")
    assert len(err) == len("twinhelix: \n") + terminal.LONGEST_NOTICE


def test_what_is_said_goes_to_standard_output_as_wide_as_it_is(capsys):
    terminal.say("x" * 500 + "\x1b")
    assert capsys.readouterr().out == "x" * 500 + " \n"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0"),
        (-2.0, "-2"),
        (999.5, "1e+03"),
        (1000.5, "1,000"),
        (-12345.6, "-12,346"),
        (0.0001234, "0.000123"),
        (float("inf"), "inf"),
        (float("nan"), "–"),
        (False, "False"),
        ("4.0", "4.0"),
    ],
)
def test_numbers_as_people_read_them(value, shown):
    assert terminal.short(value) == shown


@pytest.mark.parametrize(("name", "shown"), [("1", ""), ("month", "month"), ("0…1", "0…1")])
def test_a_pure_number_has_no_unit(name, shown):
    assert terminal.unit(name) == shown


def test_a_table_shows_names_as_they_are_the_first_left_and_the_others_right(capsys):
    rows = [("[bold]Rome[/]", 1), ("a\nb", 22)]
    terminal.console().print(terminal.table("Cities", ["name", "n"], rows))
    title, head, first, second = [line for line in capsys.readouterr().out.splitlines() if any(map(str.isalnum, line))]
    assert title.strip() == "Cities" and head.split() == ["name", "n"]
    assert first.split() == ["[bold]Rome[/]", "1"] and second.split() == ["a", "b", "22"]
    assert first.index("[") == second.index("a") and len(first.rstrip()) == len(second.rstrip())


def test_a_stream_that_is_closed_takes_what_comes(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    terminal.tolerant_streams()
    terminal.say("into nothing")
    assert sys.stdout.getvalue() == "into nothing\n"


def test_a_terminal_that_lacks_a_character_shows_a_question_mark(monkeypatch):
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", stream)
    terminal.tolerant_streams()
    terminal.say("Århus")
    stream.flush()
    assert stream.buffer.getvalue() == b"?rhus\n"


def test_an_interrupt_that_a_callback_swallowed_is_one_all_the_same():
    usual = signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background may not heed any
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt), terminal.interrupts_kept():
        with suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        raise RuntimeError("no compiled object yet")
    assert signal.getsignal(signal.SIGINT) is before
    signal.signal(signal.SIGINT, usual)


def test_what_goes_wrong_without_an_interrupt_is_raised_as_it_is():
    with pytest.raises(RuntimeError, match="no compiled object yet"), terminal.interrupts_kept():
        raise RuntimeError("no compiled object yet")
