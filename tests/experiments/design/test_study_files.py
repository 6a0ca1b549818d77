"""What a study file says is what runs; what it cannot mean is refused in one line."""

import itertools

import numpy as np
import pytest

from abm.catalog import salib_problem
from abm.input.load import load
from abm.parameters import ConfigError
from abm.runs import run_many
from abm.state.words import Strategy
from experiments.design import designs, fractions
from experiments.design.files import read_study
from experiments.design.points import canonical, point_id, seed_of, world_id
from experiments.factor import Factor
from experiments.lab.folder import find, inside, shipped
from experiments.lab.provenance import write_study
from experiments.lab.runner import Done
from tests.experiments import laboratory

BLOCKS = '[design]\nkind = "sensitivity"\nblocks = 2\n'
HEAD = 'outcomes = ["pilots_ever"]\n'

pytestmark = pytest.mark.usefixtures("a_disk_that_does_not_wait")


@pytest.fixture
def study(tmp_path):
    """Give a function that reads a study of some text."""

    def read(text, name="mine.toml", **more):
        (tmp_path / name).write_text(HEAD + text if name.endswith(".toml") else text, encoding="utf-8")
        return read_study(tmp_path / name, **more)

    return read


def test_levels_are_typed_as_their_parameters(study):
    found = study('[vary]\nbroker.capacity = [0, 4]\nbroker.strategy = ["equity"]\nbroker.sample = [5]')
    assert [f.levels for f in found.factors] == [(0.0, 4.0), (Strategy.EQUITY,), (5,)]
    assert isinstance(found.factors[0].levels[0], float) and found.name == "mine" and len(found.points()) == 2


def test_dotted_quoted_and_nested_names_are_the_same(study):
    ways = (
        "[vary]\nbroker.capacity = [1, 2]",
        '[vary]\n"broker.capacity" = [1, 2]',
        "[vary.broker]\ncapacity = [1, 2]",
    )
    assert len({study(text).points() and tuple(p.id for p in study(text).points()) for text in ways}) == 1


def test_a_script_says_the_same(study):
    toml = study("replicates = 3\n[vary]\nbroker.capacity = [1, 2]\n[design]\nlevels = 4")
    script = 'study = {"outcomes": ["pilots_ever"], "replicates": 3, "vary": {"broker.capacity": [1, 2]},\n'
    assert study(script + '    "design": {"levels": 4}}', "mine.py", allow_code=True) == toml


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("replicates = 0", "mine.toml:2: replicates = 0: must be a whole number from 1"),
        ("replicats = 3", "mine.toml:2: unknown key replicats = 3; did you mean replicates?"),
        ("name = '../x'", "mine.toml:2: name = '../x': must be 1 to 64 of a-z"),
        ("name = 'CON '", "mine.toml:2: name = 'CON '"),
        (f"name = '{'a' * 65}'", "mine.toml:2: name = 'aaa"),
        ("scenario = 'iuc-asa'", "mine.toml: unknown scenario 'iuc-asa'; did you mean iuc-asia?"),
        ("scenario = '../x.toml'", "mine.toml:2: scenario = '../x.toml': leads out of the folder of this file"),
        ("agents = '../x.py'", "mine.toml:2: agents = '../x.py': leads out of the folder of this file"),
        (
            "[vary]\nbroker.capcity = [1]",
            "mine.toml:3: unknown parameter 'broker.capcity'; did you mean broker.capacity?",
        ),
        ("[vary]\nbroker.capacity = [1, 99]", "mine.toml:3: broker.capacity = 99: must be a number from 0 to 64"),
        ("[vary]\nbroker.capacity = [1, 1.0]", "mine.toml:3: broker.capacity = [1, 1.0]: a level stands there twice"),
        (
            "months = 9\n[vary]\nmonths = [6]",
            "mine.toml:4: vary.months: a study has one at its top, it is no parameter; an",
        ),
        ("[fixed]\nseed = 2", "mine.toml:3: fixed.seed: a study has one at its top, it is no parameter; `replicates`"),
        ("[vary]\nbroker.capacity = 3", 'mine.toml:3: broker.capacity = 3: must be a list of levels, "prior", or'),
        (
            "[vary]\nbroker.capacity = {low = 3, high = 3}",
            "mine.toml:3: broker.capacity = {'low': 3, 'high': 3}: low must",
        ),
        ("[vary]\ncity.capacity = 'prior'\nworld.firms = 'prior'", "mine.toml"),
        ("[design]\nkind = 'sobl'", "mine.toml:3: design.kind = 'sobl': must be one of factorial"),
        (
            "[design]\nkind = 'sobol'\nlevels = 3",
            "mine.toml:4: unknown key design.levels = 3; sobol takes points",
        ),
        ("[design]\nkind = 'csv'", "mine.toml:2: design needs file (text)"),
        (
            "[vary]\nbroker.noise='prior'\n[design]\nkind='sobol'\npoints=100",
            "mine.toml:6: design.points = 100: Sobol'",
        ),
        ("[design]\nkind = 'csv'\nfile = 'none.csv'", "mine.toml:4: design.file = 'none.csv': there is no such file"),
        (
            "[baseline]\nbroker.capacity = 0",
            "mine.toml:3: baseline.broker.capacity = 0: no list of levels of that name",
        ),
        (
            "[precision]\noutcome = 'pilots'\nhalf_width = 1\nmost = 9",
            "mine.toml:3: precision.outcome = 'pilots': not one",
        ),
        ("replicates = 1000000000000", "mine.toml:2: replicates = 1000000000000: must be a whole number from 1 to"),
        (
            "replicates = 100000000\n[vary]\nbroker.capacity = [1, 2]",
            "mine.toml:2: replicates = 100000000: 2 points × 100,000,000 replicates = 200,000,000 runs; at most",
        ),
        (
            "[fixed]\nbroker.capacity = 1\n[vary]\nbroker.capacity = [2]",
            "mine.toml:3: fixed.broker.capacity = 1: [vary]",
        ),
        ("[quick]\nseed = 3", "mine.toml:3: quick.seed = 3: [quick] takes"),
        ("months = 0", "mine.toml:2: months = 0: must be a whole number from 1 to 12000"),
    ],
)
def test_a_study_is_refused_with_file_line_key_value_and_what_is_legal(study, text, line):
    with pytest.raises(ConfigError) as refused:
        study(text).points()
    assert str(refused.value).startswith(line) and "\n" not in str(refused.value)


def test_absurd_sizes_are_refused_before_anything_is_made(study):
    factors = "\n".join(f"{name} = {{low = 0, high = 1}}" for name in ("broker.noise", "broker.alignment_share"))
    with pytest.raises(ConfigError, match=r"1,000,000,000 points|points; at most 1,000,000"):
        study(f"[vary]\n{factors}\ncalendar.scale = {{low = 0, high = 1}}\n[design]\nlevels = 1000")


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("broker.noise\n0.1\n99\n", "line 3: broker.noise = '99': must be a number from 0 to 10"),
        ("broker.nois\n0.1\n", "line 2: unknown parameter 'broker.nois'; did you mean broker.noise?"),
        ("scenario\niuc\n", "line 2: scenario = 'iuc': not one of iuc-asia; did you mean iuc-asia?"),
        ("months\n6\n", "line 2: months: a study has one at its top"),
        ("broker.noise\n", "needs a header and a point"),
    ],
)
def test_a_cell_of_a_file_of_points_is_refused_with_its_file_and_line(tmp_path, study, file, line):  # B-E
    (tmp_path / "points.csv").write_text(file, encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        study("[design]\nkind = 'csv'\nfile = 'points.csv'")
    assert str(refused.value).startswith(f"mine.toml:4: design.file = 'points.csv': {line}")


def test_a_column_of_a_file_of_points_that_stands_twice_is_refused(tmp_path, study):
    (tmp_path / "points.csv").write_text("broker.noise,broker.noise\n1,1\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"points\.csv:1: column 'broker\.noise' stands there twice"):
        study("[design]\nkind = 'csv'\nfile = 'points.csv'")


@pytest.mark.parametrize(
    ("file", "slug"), [("My Study.toml", "my-study"), ("Ünïcode.toml", "n-code"), ("-.toml", "my-study")]
)
def test_a_file_whose_name_is_no_name_of_a_study_is_told_what_to_write(study, file, slug):  # B-E
    with pytest.raises(ConfigError, match=rf'must be 1 to 64 of .*; set name = "{slug}" in the file$'):
        study("", file)
    assert study(f'name = "{slug}"', file).name == slug


@pytest.mark.parametrize("name", ["", "..", "a/b", "-x", "A", "a b", "a\n", "é", "a" * 65, "con."])
def test_a_name_that_is_no_folder_everywhere_is_refused(name, tmp_path):
    with pytest.raises(ConfigError):
        inside(tmp_path, name)


def test_a_link_is_not_followed(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    try:
        (tmp_path / "trial").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    except OSError:
        pytest.skip("no links here")
    with pytest.raises(ConfigError, match="is a link"):
        laboratory.carry(laboratory.write_study(tmp_path / "in"), tmp_path)
    assert not list((tmp_path / "elsewhere").iterdir())


def test_an_id_holds_everything_that_acts_and_nothing_else(study):
    base = study("").scenarios["iuc-asia"]
    ids = [world_id(s, o, a) for s, o, a in [
        (base, ["a"], ""), (base.with_changes(months=12), ["a"], ""),
        (base.with_changes({"broker.noise": 0.1}), ["a"], ""),
        (base._replace(shocks=()), ["a"], ""), (base._replace(cities=base.cities[1:]), ["a"], ""), (base, ["b"], ""),
        (base, ["a"], "class Mayor: ..."), (base._replace(start="2018-01"), ["a"], ""),
    ]]  # fmt: skip
    assert len(set(ids)) == len(ids)
    assert world_id(base._replace(name="x", title="y", description="z", source="q"), ["a"]) == ids[0]
    assert point_id(ids[0], {"a": 1}) != point_id(ids[0], {"a": 1.0}) != point_id(ids[1], {"a": 1.0})


def test_canonical_values_keep_their_type():
    assert canonical([4, 4.0, True, "4", Strategy.EQUITY, -0.0]) == [
        4,
        "0x1.0000000000000p+2",
        True,
        "4",
        "equity",
        "0x0.0p+0",
    ]


def test_seeds_follow_the_replicate_and_nothing_else(study):
    shared = study("[vary]\nbroker.capacity = [1, 2]")
    apart = study("common_random_numbers = false\n[vary]\nbroker.capacity = [1, 2]")
    one, other = (p.id for p in shared.points())
    assert shared.seed_at(one, 3) == shared.seed_at(other, 3) == seed_of(1, 3)
    assert apart.seed_at(one, 3) != apart.seed_at(other, 3)
    assert len({seed_of(s, r) for s in range(50) for r in range(200)}) == 10_000
    assert all(0 <= seed_of(s, 1) < 2**63 for s in range(100))


def test_seeds_can_be_counted(study):
    counted = study("counted_seeds = true\n[vary]\nbroker.capacity = [1, 2]")
    assert [counted.seed_at(point.id, 7) for point in counted.points()] == [7, 7]
    with pytest.raises(ConfigError, match="counted_seeds = True: the same at every point"):
        study("counted_seeds = true\ncommon_random_numbers = false")


def test_the_written_study_is_the_one_that_was_read(tmp_path, study):
    (tmp_path / "named.toml").write_text('extends = "iuc-asia"\nname = "a, \\"b\\""', encoding="utf-8")
    (tmp_path / "points.csv").write_text(
        'scenario,broker.strategy\niuc-asia,equity\n"a, ""b""",random\n', encoding="utf-8"
    )
    texts = [
        '[vary]\nbroker.capacity = [0, 4]\nscenario = ["iuc-asia", "no-events"]\n[baseline]\nscenario = "no-events"',
        '[vary]\nbroker.noise = "prior"\nbroker.sample = {low = 5, high = 9}\nbroker.capacity = [0, 4]\n[design]\n'
        'kind = "sobol"\npoints = 8',
        '[vary]\nscenario = ["iuc-asia", "named.toml"]\n[design]\nkind = "csv"\nfile = "points.csv"',
        '[precision]\noutcome = "pilots_ever"\nhalf_width = 0.5\nmost = 90',
        "counted_seeds = true",
    ]
    for x, text in enumerate(texts):
        read = study(f'hypothesis = """two\nlines"""\n{text}')
        folder = tmp_path / f"out-{x}"
        folder.mkdir()
        write_study(folder, read, tmp_path / "mine.toml")
        again = read_study(folder / "study.toml")
        assert [p.id for p in again.points()] == [p.id for p in read.points()]
        assert again.identity() == read.identity()
        assert again._replace(scenarios={}, title="") == read._replace(scenarios={}, title="")
        assert (folder / "given.toml").read_bytes() == (tmp_path / "mine.toml").read_bytes()


@pytest.mark.parametrize(
    ("k", "p", "best"), [(3, 1, 3), (5, 1, 5), (6, 2, 4), (7, 3, 4), (8, 4, 4), (8, 2, 5), (15, 11, 3)]
)
def test_a_fraction_has_the_known_resolution_and_is_balanced(k, p, best):
    options = designs.Fractional(p)
    rows = np.array(list(designs.fractional([Factor(str(x), (-1, 1)) for x in range(k)], options)))
    assert rows.shape == (2 ** (k - p), k)
    assert p > 8 or fractions.resolution(fractions.generators(k, p)) == best
    assert (rows.T @ rows == 2 ** (k - p) * np.eye(k)).all(), "main effects are not orthogonal"
    if best >= 4:
        for a, b, c in itertools.combinations(range(k), 3):
            assert (rows[:, a] * rows[:, b] * rows[:, c]).sum() == 0, "a main effect is confounded with an interaction"


def test_sampled_designs_fill_the_ranges_and_grow_without_moving(study):
    vary = '[vary]\nbroker.noise = {low = 0.2, high = 0.4}\nbroker.strategy = ["random", "equity"]\n[design]\n'
    cube = study(vary + 'kind = "latin-hypercube"\npoints = 10')
    noise = sorted(row[0] for row in cube.rows())
    assert all(0.2 + 0.02 * x <= v < 0.2 + 0.02 * (x + 1) for x, v in enumerate(noise)), "not one point a stratum"
    assert sorted(row[1] for row in cube.rows()) == [Strategy.RANDOM] * 5 + [Strategy.EQUITY] * 5
    assert cube.extended(points=30).rows()[:10] == list(cube.rows()) and len(cube.extended(points=30).rows()) == 30
    sobol = study(vary + 'kind = "sobol"\npoints = 16')
    assert sobol.extended(points=64).rows()[:16] == list(sobol.rows())
    assert list(sobol.rows()) != list(sobol._replace(seed=2).rows()), "the scrambling does not follow the seed"
    whole = study('[vary]\nbroker.sample = {low = 3, high = 6}\n[design]\nkind = "sobol"\npoints = 64').rows()
    assert sorted(n for (n,) in whole) == sorted([3, 4, 5, 6] * 16)


def test_a_study_in_the_making_is_balanced(tmp_path):
    file = laboratory.write_study(tmp_path, replicates=40)
    order = []

    def note(chunk):
        order.extend(group.point for group in chunk.groups for _ in group.seeds)
        return laboratory.cheap(chunk)

    laboratory.carry(file, tmp_path / "out", note, threads=1)
    for n in range(20, len(order), 20):
        counts = [order[:n].count(point) for point in set(order)]
        assert len(counts) < 6 or max(counts) - min(counts) <= 10, f"after {n} runs: {counts}"


def test_replicates_are_added_until_the_interval_is_narrow(tmp_path):
    wanted = '[precision]\noutcome = "contacts_ever"\nhalf_width = {}\nmost = 90\n'
    for half, least, most in ((0.2, 60, 200), (0.09, 180, 450), (1e-9, 540, 540)):
        room = tmp_path / str(half)
        file = laboratory.write_study(room, wanted.format(half))
        made = laboratory.carry(file, room / "out")
        assert least <= made["runs"]["finished"] <= most
        assert (made["not_converged"] > 0) == (half == 1e-9)
        stopped = room / "again"
        with pytest.raises(ConnectionError):
            laboratory.carry(file, stopped, executor=failing, chunk=2)
        assert laboratory.carry(file, stopped)["table_digest"] == made["table_digest"]


@pytest.mark.parametrize(
    ("comes", "half", "least", "most"), [(15, 0.4, 16, 39), (2, 9.0, 10, 11), (99, 0.4, 40, 40)], ids=str
)
def test_a_few_runs_and_runs_that_are_all_alike_settle_nothing(tmp_path, comes, half, least, most):  # B-B2
    wanted = f'[precision]\noutcome = "contacts_ever"\nhalf_width = {half}\nmost = 40\n'
    file = laboratory.write_study(tmp_path, wanted, replicates=2)

    def rare(chunk):
        rows = laboratory.cheap(chunk).rows
        return Done([row._replace(outcomes=np.full(3, float(row.replicate % comes == 0))) for row in rows], 0.1)

    assert least <= laboratory.carry(file, tmp_path / "out", rare)["runs"]["finished"] / 6 <= most


def failing(chunks, work):
    """Lose the cluster after a while."""
    for x, chunk in enumerate(chunks):
        if x == 20:
            raise ConnectionError("gone")
        yield work(chunk)


@pytest.mark.parametrize("name", shipped())
def test_the_shipped_studies_name_hypothesis_and_outcomes(name, tmp_path):
    study, _, _ = find(name, tmp_path)
    assert study.name == name and study.hypothesis and study.title and study.outcomes
    assert study.baseline or study.kind.blocks or study.success or study.design.kind == "fractional", (
        "nothing is compared"
    )
    quick = find(name, tmp_path, quick=True)[0]
    assert quick.name == f"{name}-quick"
    assert quick.n_rows() * quick.replicates <= study.n_rows() * study.replicates / 10


def test_the_policy_mix_is_a_fraction_of_resolution_four_and_its_policies_are_off_at_their_first_level(tmp_path):
    study, _, _ = find("policy-mix", tmp_path)
    assert len(study.points()) == 16 and fractions.resolution(fractions.generators(8, 4)) == 4
    off = {f.name: f.levels[0] for f in study.factors if f.levels[0] == 0}
    assert len(off) == 3
    (mix,) = study.scenarios.values()
    months, outcomes = 30, ["contacts_ever", "memoranda_ever", "adoptions_ever", "mean_trust"]
    usual, without, with_all = (
        run_many(scenario.with_changes(changes, months), seeds=2, outcomes=outcomes, progress=False)
        for scenario, changes in ((load("iuc-asia"), {}), (mix, off), (mix, {}))
    )
    assert usual.equals(without) and not usual.equals(with_all)


def test_everything_is_all_that_has_a_prior_but_what_is_fixed_or_named(study):
    found = study('[vary]\neverything = "prior"\nbroker.capacity = [0, 4]\n[fixed]\nsearch.rate = 0\n' + BLOCKS)
    assert [f.name for f in found.factors] == [name for name in salib_problem()["names"] if name != "search.rate"]
    assert [f.levels for f in found.factors if f.name == "broker.capacity"] == [(0.0, 4.0)]
    with pytest.raises(ConfigError, match=r"mine\.toml:3: vary\.everything = 3: must be \"prior\""):
        study("[vary]\neverything = 3")


def test_a_section_in_a_group_stands_for_its_factors_that_no_group_names(study):
    found = study(
        '[vary]\neverything = "prior"\n'
        + BLOCKS
        + '[groups]\nbrokers = ["broker", "cooperation.broker_closing"]\ntrust = ["cooperation"]\n'
    )
    groups = {f.name: f.group for f in found.factors}
    assert groups["broker.noise"] == groups["cooperation.broker_closing"] == "brokers"
    assert groups["cooperation.trust_gain"] == "trust" and groups["search.rate"] == ""


def test_a_script_that_fails_is_told_in_one_line(study):
    for text, line in (
        ("1 / 0", "ZeroDivisionError"),
        ("study = 3", "must define a dictionary"),
        ("study = {", "Syntax"),
    ):
        with pytest.raises(ConfigError, match=line) as refused:
            study(text, "mine.py", allow_code=True)
        assert "\n" not in str(refused.value)


def test_a_latin_hypercube_is_that_of_scipy_bit_for_bit():
    from scipy.stats import qmc

    for k, n, seed in [(3, 10, [1, 0]), (7, 500, [5, 3]), (1, 1, [2, 2])]:
        theirs = qmc.LatinHypercube(k, seed=np.random.default_rng(seed)).random(n)
        assert (designs.hypercube(k, n, seed) == theirs).all()
