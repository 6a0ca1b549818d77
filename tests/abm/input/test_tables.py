"""A CSV file as people save it is read, or refused in one line that says how to save it."""

import pytest

from abm.input.tables import read_table
from abm.parameters import ConfigError


@pytest.fixture
def table(tmp_path):
    """Give a function that reads a table of some text."""

    def read(text):
        path = tmp_path / "t.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_table(path)

    return read


@pytest.mark.parametrize(
    "text",
    [
        "a,b\n1,2\n3,4\n",
        "\ufeffa,b\r\n1,2\r\n3,4",
        " a , b \n1,2\n3,4\n",
        "a,b,,\n1,2,,\n3,4, ,\n",  # B-E
        ",a,b\n,1,2\n,3,4\n",
        "a,b\n1,2\n3,4\n,\n , \n\n",
    ],
    ids=["plain", "of a spreadsheet", "blanks in the header", "blank columns", "a blank column ahead", "blank rows"],
)
def test_what_is_blank_throughout_is_left_out(table, text):
    assert table(text) == (["a", "b"], {2: ["1", "2"], 3: ["3", "4"]})


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "t.csv: the file is empty"),
        (" , \n1,2", "t.csv: the file is empty"),
        ("a;b\n1;2", "t.csv:1: looks like a file with semicolons: save it as CSV UTF-8, with commas"),  # B-E
        ("a\tb\n1\t2", "t.csv:1: looks like a file with tabs: save it as CSV UTF-8, with commas"),  # B-E
        ("a,b\n1,2,3", "t.csv:2: 3 cells where the header has 2"),
        ("a,,b\n1,,2\n1,x,2", "t.csv:3: 'x' stands in column 2, which has no name"),  # B-E
        ('a,b\n1,"2', "t.csv:2: not a CSV file"),
        ("a,é\n1,2".encode("latin-1"), "t.csv: cannot be read: not UTF-8 text; save it as CSV UTF-8"),
    ],
)
def test_what_is_no_table_is_refused_with_its_line_and_how_to_save_it(table, text, line):
    with pytest.raises(ConfigError) as refusal:
        table(text)
    assert str(refusal.value).startswith(line) and "\n" not in str(refusal.value)


def test_a_table_of_one_column_may_hold_semicolons_below_its_header(table):
    assert table("a\n1;2\n") == (["a"], {2: ["1;2"]})
