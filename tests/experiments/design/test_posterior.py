"""Draws of a posterior are read as written, refused in one line, and never of a parameter that a study sets."""

import json

import pytest

from abm.input.load import load
from abm.parameters import ConfigError
from experiments.design.files import read_study
from experiments.design.posterior import CSV, JSON, POSTERIOR, Posterior, read
from experiments.lab.provenance import write_study as write_resolved
from tests.experiments.laboratory import posterior, write_study

TWO = [[-1.0, 1, 0.3], [-0.5, 3, 0.9]]
SENSITIVITY = '[design]\nkind = "sensitivity"\nblocks = 2\n'


def test_what_is_no_parameter_of_the_model_is_left_aside_and_whole_numbers_are_whole(tmp_path):
    found = read(posterior(tmp_path / "known", TWO))
    assert found == Posterior(
        "known", "conditioned, not calibrated", ("contact.baseline", "pairing.partners"), ((-1.0, 1), (-0.5, 3))
    )
    assert [type(x) for x in found.rows[0]] == [float, int]


@pytest.mark.parametrize(("n", "kept"), [(None, range(10)), (10, range(10)), (5, [1, 3, 5, 7, 9]), (3, [1, 5, 8])])
def test_fewer_draws_are_taken_evenly_from_first_to_last(tmp_path, n, kept):
    found = read(posterior(tmp_path, [[-1 - x / 20, 1, 0.5] for x in range(10)]), n)
    assert [row[0] for row in found.rows] == [-1 - x / 20 for x in kept]


def test_of_many_draws_three_hundred_are_taken(tmp_path):
    assert len(read(posterior(tmp_path, [[-1.0, 1, 0.5]] * 1000)).rows) == 300


def test_a_copy_is_the_same_to_the_bit(tmp_path):
    before = read(posterior(tmp_path / "known", [[-1 / 3, 2, 0.1], [-0.1, 2, 0.1]]))._replace(left=("search.rate",))
    before.write(tmp_path / CSV, tmp_path / JSON)
    assert read(tmp_path) == before


def test_draws_that_were_changed_since_are_refused(tmp_path):
    read(posterior(tmp_path / "known", TWO)).write(tmp_path / CSV, tmp_path / JSON)
    text = (tmp_path / CSV).read_text()
    (tmp_path / CSV).write_text(text.replace("-0.5", "-0.6"))
    with pytest.raises(ConfigError, match=r"posterior\.csv: is not what posterior\.json speaks of: the SHA-256"):
        read(tmp_path)
    (tmp_path / CSV).write_text(text)
    assert len(read(tmp_path).rows) == 2


@pytest.mark.parametrize(
    ("csv", "verdict", "line"),
    [
        ("contact.base\n-1\n", "{}", "posterior.csv: unknown parameter 'contact.base'; did you mean contact.baseline?"),
        ("contact.baseline,contact.baseline\n-1,-1\n", "{}", "posterior.csv:1: column 'contact.baseline' stands"),
        ("list.joining\n0.5\n", "{}", "posterior.csv: no column is a parameter of the model"),
        ("contact.baseline\n", "{}", "draws = 300: posterior.csv has 0"),
        ("contact.baseline\n-1\n-99\n", "{}", "posterior.csv:3: contact.baseline = '-99': must be a number from"),
        ("contact.baseline\n-1\nnan\n", "{}", "posterior.csv:3: contact.baseline = 'nan': must be a number from"),
        ("contact.baseline\n-1\n", None, "posterior.json: is missing; it says in `gate` whether"),
        ("contact.baseline\n-1\n", "{", "posterior.json: cannot be read; it says in `gate` whether"),
        ("contact.baseline\n-1\n", "{}", "posterior.json: must say in `gate` whether"),
    ],
)
def test_what_is_no_posterior_is_refused_in_one_line(tmp_path, csv, verdict, line):
    (tmp_path / CSV).write_text(csv)
    if verdict is not None:
        (tmp_path / JSON).write_text(verdict)
    with pytest.raises(ConfigError) as refusal:
        read(tmp_path)
    assert str(refusal.value).startswith(line) and "\n" not in str(refusal.value)


def test_more_draws_than_there_are_are_refused(tmp_path):
    with pytest.raises(ConfigError, match=r"^draws = 3: posterior\.csv has 2$"):
        read(posterior(tmp_path, TWO), 3)


def test_every_point_runs_at_every_draw_in_turn_and_more_replicates_change_none(tmp_path):
    study = read_study(write_study(tmp_path, replicates=3), posterior=read(posterior(tmp_path / "known", TWO)))
    assert (study.name, study.replicates, study.n_draws) == ("trial-posterior", 6, 2)
    at = [study.scenario_at((2.0, 0.5), replicate).values for replicate in (1, 2, 3, 4)]
    assert [values["contact.baseline"] for values in at] == [-1.0, -0.5, -1.0, -0.5]
    assert {values["broker.capacity"] for values in at} == {2.0}
    assert study.extended(replicates=5).replicates == 10 and study.extended(replicates=3) == study


def test_a_study_file_names_the_folder_and_the_copy_in_its_folder_is_the_same_study(tmp_path):
    posterior(tmp_path / "known", TWO)
    file = write_study(tmp_path, vary='[vary]\nsearch.rate = [0.1, 0.5]\n[posterior]\nfolder = "known"\n')
    study = read_study(file)
    (tmp_path / "out").mkdir()
    write_resolved(tmp_path / "out", study, file)
    again = read_study(tmp_path / "out" / "study.toml")
    assert (again.posterior, again.replicates, again.identity()) == (study.posterior, 20, study.identity())
    assert [point.id for point in again.points()] == [point.id for point in study.points()]


def test_other_draws_are_another_study(tmp_path):
    file = write_study(tmp_path)
    plain, one, other = (
        read_study(file, posterior=drawn) for drawn in (None, *(read(posterior(tmp_path / "k", [r])) for r in TWO))
    )
    assert one.identity() != other.identity() and set(one.identity()) - set(plain.identity())
    assert {p.id for p in one.points()}.isdisjoint(p.id for p in other.points())


def test_what_a_study_sets_stays_as_it_says_and_is_told(tmp_path):
    file = write_study(tmp_path, vary="[vary]\ncontact.baseline = [-1.5, -0.7]\n")
    study = read_study(file, posterior=read(posterior(tmp_path / "known", TWO)))
    assert study.scenario_at((-1.5,), 2).values["contact.baseline"] == -1.5
    assert study.posterior.names == ("pairing.partners",)
    assert study.posterior.sentences() == [
        "Posterior of known, 2 draws: conditioned, not calibrated.",
        "As the study says, not as the posterior: contact.baseline.",
    ]


def test_what_scenarios_have_otherwise_stays_theirs(tmp_path):
    file = write_study(tmp_path, vary='[vary]\nscenario = ["tiny.toml", "other.toml"]\n')
    (tmp_path / "other.toml").write_text('name = "other"\nextends = "tiny.toml"\n[contact]\nbaseline = -0.8\n')
    study = read_study(file, posterior=read(posterior(tmp_path / "known", TWO)))
    assert study.posterior.left == ("contact.baseline",)
    assert [study.scenario_at((name,), 2).values["contact.baseline"] for name in ("tiny", "other")][1] == -0.8


def test_a_study_that_sets_all_of_a_posterior_is_refused(tmp_path):
    more = "[fixed]\npairing.partners = 2\ncontact.baseline = -1.0\n"
    with pytest.raises(ConfigError, match="posterior 'known': the study sets all its parameters: contact"):
        read_study(write_study(tmp_path, more), posterior=read(posterior(tmp_path / "known", TWO)))


def test_in_blocks_the_draws_are_one_factor(tmp_path):
    vary = '[vary]\ncontact.baseline = "prior"\nsearch.rate = "prior"\n[groups]\nboth = ["contact", "search.rate"]\n'
    file = write_study(tmp_path, replicates=2, vary=vary + SENSITIVITY)
    study = read_study(file, posterior=read(posterior(tmp_path / "known", TWO)))
    assert [factor.name for factor in study.factors] == ["search.rate", POSTERIOR] and study.replicates == 2
    found = {s[1]: study.scenario_at(s).values for s in (point.settings for point in study.points())}
    assert {number: (v["contact.baseline"], v["pairing.partners"]) for number, v in found.items()} == {
        1: (-1.0, 1),
        2: (-0.5, 3),
    }
    assert study.posterior.sentences()[1] == "Together as the posterior says, not alone: contact.baseline."


@pytest.mark.parametrize(
    ("more", "line"),
    [
        ('[design]\nkind = "morris"\n', r"\[posterior\]: Morris trajectories change one parameter alone"),
        ('[precision]\noutcome = "pilots_ever"\nhalf_width = 1\nmost = 40\n', r"\[precision\]: is for luck alone"),
    ],
)
def test_what_draws_do_not_go_with_is_refused(tmp_path, more, line):
    file = write_study(tmp_path, replicates=2, vary=f'[vary]\nsearch.rate = "prior"\n{more}')
    with pytest.raises(ConfigError, match=line):
        read_study(file, posterior=read(posterior(tmp_path / "known", TWO)))


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ('folder = "known"\ndraws = 0', "posterior.draws = 0: must be a whole number from 1"),
        ('folder = "known"\ndraw = 2', "unknown key posterior.draw = 2; did you mean draws?"),
        ("draws = 2", "posterior needs folder"),
        ('folder = "../known"', "posterior.folder = '../known/posterior.csv': leads out of the folder"),
        ('folder = "knwn"', "posterior.folder = 'knwn/posterior.csv': there is no such file beside it or below"),
    ],
)
def test_a_posterior_that_cannot_be_is_refused_in_one_line(tmp_path, said, line):
    posterior(tmp_path / "known", TWO)
    with pytest.raises(ConfigError) as refusal:
        read_study(write_study(tmp_path, vary=f"[posterior]\n{said}\n"))
    assert line in str(refusal.value) and "\n" not in str(refusal.value)


def test_the_verdict_is_said_as_it_stands(tmp_path):
    folder = posterior(tmp_path / "known", TWO)
    (folder / JSON).write_text(json.dumps({"gate": "calibrated: all nine lines of the gate are met"}))
    assert read(folder).sentences() == ["Posterior of known, 2 draws: calibrated: all nine lines of the gate are met."]


def test_what_a_scenario_alone_has_otherwise_is_not_taken_from_the_posterior(tmp_path):
    found = read(posterior(tmp_path, TWO))
    without_programme = found.beside([load("no-programme")], ())
    assert (without_programme.names, without_programme.left) == (("contact.baseline",), ("pairing.partners",))
    assert found.beside([load("iuc-asia")], ()).left == ()


def test_otherwise_is_than_in_the_scenario_that_the_posterior_is_of(tmp_path):
    found = read(posterior(tmp_path, TWO))._replace(at=(("pairing.partners", 0),))
    assert found.beside([load("no-programme")], ()).left == ()
    assert found.beside([load("iuc-asia")], ()).left == ("pairing.partners",)
    found.write(tmp_path / CSV, tmp_path / JSON)
    assert read(tmp_path).at == (("pairing.partners", 0),)
