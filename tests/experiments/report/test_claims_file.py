"""Files of claims: what is wrong in one is told in a line, and which of them is read."""

import pytest

from tests.experiments.report.pages import CLAIMS, Reading

pytestmark = pytest.mark.usefixtures("a_disk_that_does_not_wait")


def test_what_is_wrong_in_a_claims_file_is_told_in_one_line(verb, tmp_path):
    assert verb("sweep", "trial.toml")[0] == 0
    good = CLAIMS.format(name="much")
    for wrong, told in (
        (good.replace("pilots_ever", "pilot_ever"), "did you mean pilots_ever?"),
        (good.replace('"broker.capacity" = 8', '"broker.capacity" = 7'), ":3: arms.much.at: broker.capacity = 7: must"),
        (good.replace('"broker.capacity" = 8', '"broker.capacity" = true'), "must be one of 0, 2, 8"),
        (good.replace('"broker.capacity" = 8', "broker.capasity = 8"), "did you mean broker.capacity?"),
        (good.replace('at = { "broker.capacity" = 8 }', "at = 3"), "arms.much.at = 3: must be a table"),
        (good.replace('"broker.capacity" = 0', '"broker.capacity" = 8'), "claims[1].b = 'none': is the arm that it"),
        (good.replace('a = "much"', 'a = "mucho"'), "did you mean much?"),
        (good.replace('b = "none"', 'b = "much"'), "claims[1].b = 'much': is the arm that it is compared with"),
        (good.replace("[[claims]]", '[[claims]]\nkey = "<b>"'), "must be a letter and digits"),
        (good.replace("[[claims]]", '[[claims]]\ntemplate = "share"'), "a share has two arms there"),
        (good + "colour = 1\n", "unknown key"),
        (good + 'key = "C2"\n[[claims]]\noutcome = "pilots_ever"\na = "much"\nb = "none"\n', "another claim has it"),
        (good + "take.more = 'yes'\n", ":12: claims[1].take.more = 'yes': must be a table of texts"),
        (good + "take.more.en = 3\n", "claims[1].take.more.en = 3: must be a text"),
        (good + "rest = 3\n", "claims[1].rest = 3: must be a list"),
        (good + "template = ['share']\n", "claims[1].template = ['share']: must be one of difference, share"),
        (good + "template = 'share'\nrest = ['none', 'none']\n", "is the arm that it is compared with"),
        (good.replace('a = "much"', ""), "claims[1] needs a"),
        (good.replace('en = "none"', 'en = ""'), "arms.none.en = '': must be a text"),
        ("limits = 3\n" + good, "limits = 3: must be a table"),
        ("figure = 'much'\n" + good, "figure = 'much': must be a list"),
        ("arms = 3", ":1: arms = 3: must be a table"),
        ("[arms]\nx = 3", ":2: arms.x = 3: must be a table"),
        ("claims = 3", ":1: claims = 3: must be a list, [[claims]]"),
        ("claims = ['a']", "claims[1] = 'a': must be a table"),
    ):
        (tmp_path / "trial.claims.toml").write_text(wrong, encoding="utf-8")
        code, _, err = verb("report", "trial.toml")
        assert code == 2 and err.count("\n") == 1 and "trial.claims.toml" in err and told in err, err


def test_claims_go_with_the_study_and_what_stands_beside_its_file_comes_first(verb, tmp_path):
    beside = tmp_path / "trial.claims.toml"
    beside.write_text(CLAIMS.format(name="much"), encoding="utf-8")
    assert verb("sweep", "trial.toml")[0] == 0
    beside.write_text(CLAIMS.format(name="plenty"), encoding="utf-8")
    for study, name, file in (("trial", "much", "study"), ("trial.toml", "plenty", "trial")):
        code, told, _ = verb("report", study)
        assert code == 0 and f"1 claim ({file}.claims.toml)" in told
        text = (tmp_path / "outputs" / "trial" / "report.html").read_text(encoding="utf-8")
        assert name in " ".join(Reading(text).text), study


def test_what_was_chosen_by_its_size_is_said_so_and_what_was_claimed_before_is_not(page, folder):
    chosen = "These claims were chosen by their size"
    assert chosen in " ".join(Reading(page()).text)
    (folder / "study.claims.toml").write_text(CLAIMS.format(name="much"), encoding="utf-8")
    assert chosen not in " ".join(Reading(page()).text)
