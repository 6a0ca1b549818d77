"""Right answers pass, whoever draws; what is typically wrong does not, and is told what it is."""

import numpy as np
import pytest
from scipy.stats import ttest_ind

import abm
from experiments.course import decision, mayor, one_history, remarks, same_luck, together
from experiments.course.draws import OTHER_SEEDS, Student, seeds
from experiments.course.tasks import TASKS, marked
from experiments.intervals import replicates_needed, t_interval
from tests.experiments.course.classroom import STUDENTS, assert_passed, solved

pytestmark = pytest.mark.compiled("hundreds of runs")
ANN = Student("Cities 2027", "Ann")


def said(task, answers, folder, same=True, student=ANN):
    """Return the points and the words of every answer."""
    found = marked(task, student, answers, folder, same)
    return found, {remark.answer: (remark.points, remark.words) for remark in found.remarks}


@pytest.fixture
def in_a_hurry(monkeypatch):
    """Let assignments 3 and 4 look at five histories; twenty are run by the slow tests."""
    monkeypatch.setattr(together, "HISTORIES", 5)
    monkeypatch.setattr(decision, "RUNS", 5)


@pytest.mark.usefixtures("in_a_hurry")
@pytest.mark.parametrize("task", [1, 2, 3])
def test_right_answers_pass(task, tmp_path):
    assert_passed(task, ANN, solved(task, ANN, tmp_path)[1], tmp_path)


@pytest.mark.usefixtures("in_a_hurry")
@pytest.mark.parametrize("task", TASKS)
def test_points_are_as_many_as_there_are_to_earn(task, tmp_path, monkeypatch):
    monkeypatch.setattr(decision, "changes", lambda rule, seeds: np.outer(np.arange(len(seeds)), [-9.0, -1.0, -2.0]))
    some = {"prediction": dict.fromkeys(decision.OUTCOMES, "fewer")} if task == 4 else {list(TASKS[task].ANSWERS)[1]: 1}
    remarks = marked(task, ANN, some, tmp_path).remarks
    assert sum(remark.points is not None for remark in remarks) == TASKS[task].POINTS


@pytest.mark.usefixtures("in_a_hurry")
def test_a_right_decision_passes(tmp_path):
    student = next(s for s in STUDENTS if TASKS[4].draw(s).rule == "its size")  # the rule that costs least
    assert_passed(4, student, solved(4, student, tmp_path)[1], tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("student", STUDENTS, ids=lambda student: student.name)
def test_right_answers_pass_for_twenty_students(student, tmp_path):
    for task in TASKS:
        how = {"replicates": 30} if task == 5 else {}  # the fewest that are accepted
        assert_passed(task, student, solved(task, student, tmp_path, **how)[1], tmp_path)


def of_one_history(seeds, override, outcome):
    """Return the answers to assignment 1 that some runs give."""
    runs = abm.run_many("iuc-asia", seeds=seeds, outcomes=[outcome], override=override, progress=False)[outcome]
    mean, low, _ = t_interval(runs.to_numpy())
    s = runs.std()
    needed = replicates_needed(s, 1.0) if len(runs) > 1 else 1
    return {"single": runs[0], "mean": mean, "deviation": s, "half_width": mean - low, "runs_needed": needed}


WRONG_1 = {
    "one run": lambda mine: (mine.seeds[:1], mine.override),
    "other seeds": lambda mine: (range(1, 101), mine.override),
    "n = 10": lambda mine: (mine.seeds[:10], mine.override),
    "default instead of draw": lambda mine: (mine.seeds, {}),
}

TOLD_1 = dict(zip(WRONG_1, ("one run", "seeds 1 to 100", "ten runs", "default"), strict=True))


@pytest.mark.parametrize("way", WRONG_1)
def test_a_typical_wrong_history_fails_and_is_told(way, tmp_path):
    mine = TASKS[1].draw(ANN)
    found, words = said(1, of_one_history(*WRONG_1[way](mine), mine.outcome), tmp_path)
    assert not found.passed
    points, why = words["mean"]
    assert points < 1.0
    assert TOLD_1[way] in why


def of_same_luck(mine, base, arm, apart):
    """Return the answers to assignment 2 that some runs give."""
    mean, low, high = t_interval(arm - base)
    wide = ttest_ind(apart, base).confidence_interval()
    return {
        "difference": mean,
        "half_width": (high - low) / 2,
        "apart_difference": apart.mean() - base.mean(),
        "apart_half_width": (wide.high - wide.low) / 2,
        "ratio": (wide.high - wide.low) / (high - low),
    }


def pilots(override, seeds):
    return same_luck.pilots(tuple(override.items()), seeds)


def wrong_luck(way, mine):
    """Return answers to assignment 2 that are wrong in one way."""
    base, arm = pilots({}, mine.seeds), pilots(mine.override, mine.seeds)
    apart = pilots(mine.override, mine.other_seeds)
    right = of_same_luck(mine, base, arm, apart)
    if way == "one run":
        return {"difference": arm[0] - base[0], "half_width": 0.0, "apart_difference": apart[0] - base[0]}
    if way == "other seeds":
        counted = range(1, 101)
        return of_same_luck(mine, pilots({}, counted), pilots(mine.override, counted), apart)
    if way == "unpaired":
        wide = right["apart_half_width"]
        return right | {"difference": right["apart_difference"], "half_width": wide, "ratio": 1.0}
    if way == "n = 10":
        return of_same_luck(mine, base[:10], arm[:10], apart[:10])
    if way == "default instead of draw":
        return of_same_luck(mine, base, base.copy() + 1e-9 * np.arange(100), pilots({}, mine.other_seeds))
    return dict.fromkeys(right, 1.0)


WRONG_2 = ("one run", "other seeds", "unpaired", "n = 10", "default instead of draw", "constants")


@pytest.mark.parametrize("way", WRONG_2)
def test_typical_wrong_luck_fails(way, tmp_path):
    mine = TASKS[2].draw(ANN)
    found, words = said(2, wrong_luck(way, mine), tmp_path)
    assert not found.passed
    assert words["difference"][0] < 1.0


def test_an_unpaired_mean_is_near_and_its_interval_tells(tmp_path):
    """Pretending that runs share no luck, where they do: the difference is right, the half width is not."""
    mine = TASKS[2].draw(ANN)
    _, words = said(2, wrong_luck("unpaired", mine), tmp_path)
    assert words["difference"][0] == 0.5
    assert words["half_width"] == (0.0, "that is the half width without pairs")


@pytest.mark.usefixtures("in_a_hurry")
@pytest.mark.parametrize("task", TASKS)
def test_constants_fail(task, tmp_path):
    found, _ = said(task, dict.fromkeys(TASKS[task].ANSWERS, 1), tmp_path)
    assert found.points <= 1.0
    assert not found.passed


@pytest.mark.usefixtures("in_a_hurry")
@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("value", [float("nan"), True, "12", [1, 2], {"a": 1}, 10**300])
def test_what_is_no_number_is_told(task, value, tmp_path):
    found, words = said(task, dict.fromkeys(TASKS[task].ANSWERS, value), tmp_path)
    assert not found.passed
    assert all("Error" not in why for _, why in words.values())


@pytest.mark.usefixtures("in_a_hurry")
def test_what_is_owed_is_not_what_was_introduced(tmp_path):
    mine, right = solved(3, ANN, tmp_path)
    own = together.counted(mine.without, mine.seeds[0])
    swapped = right | {"owed": own["introduced"], "shared": own["twin"]}
    _, words = said(3, swapped, tmp_path)
    assert words["owed"] == (0.0, "that is what it introduced, not what is owed to it")
    assert words["shared"] == (0.0, "that is all that the twin has, its own included")
    assert right["owed"] + right["shared"] == words_total(own)


def words_total(own):
    """Return how many partnerships the first history has."""
    return own["owed"] + own["shared"]


def test_a_rule_that_is_never_asked_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(decision, "changes", lambda rule, seeds: np.outer(np.arange(len(seeds)), [-9.0, -1.0, -2.0]))
    prediction = dict.fromkeys(decision.OUTCOMES, "fewer")
    _, words = said(4, {"prediction": prediction, **dict.fromkeys(decision.OUTCOMES, 0.0)}, tmp_path)
    assert words["pilots_ever"] == (0.0, "that is what comes of a rule that is never asked")


def test_what_is_there_with_a_rule_is_not_what_it_changes(tmp_path, monkeypatch):
    monkeypatch.setattr(decision, "changes", lambda rule, seeds: np.outer(np.arange(len(seeds)), [-2.0, -1.0, -2.0]))
    monkeypatch.setattr(decision, "without", lambda seeds: np.full((len(seeds), 3), 100.0))
    prediction = dict.fromkeys(decision.OUTCOMES, "fewer")
    _, words = said(4, {"prediction": prediction, **dict.fromkeys(decision.OUTCOMES, 90.5)}, tmp_path)
    wanted = "that is what is there with your rule: subtract what is there without it"
    assert words["pilots_ever"] == (0.0, wanted)


@pytest.mark.parametrize(("x", "told"), [(1.6, "1.6 times too large"), (890, "890 times too large")])
def test_how_wrong_a_number_is_reads_as_people_say_it(x, told):
    assert remarks.reasoned(remarks.Given({"half_width": x}), "half_width", 1.0).words == told


def test_the_seeds_of_a_decision_follow_from_its_prediction():
    mine = TASKS[4].draw(ANN)
    fewer, more = (mine.seeds(dict.fromkeys(decision.OUTCOMES, word)) for word in ("fewer", "more"))
    assert not set(fewer) & set(more)


def test_a_rehearsal_says_where_a_class_leaves_the_rule():
    class Named(abm.City):
        def agree(self, partner, theme, meeting):
            return True

    class Willing(abm.City):
        def consent(self, partner, theme, meeting):
            return True

    mine = TASKS[4].draw(next(s for s in STUDENTS if TASKS[4].draw(s).rule == "its size"))
    assert "not overridden" in mine.rehearse(Named)
    assert "answers differ from the rule; the first: " in mine.rehearse(Willing)
    assert mine.rehearse(decision.by_rule(mine.rule)).endswith("all answers are those of the rule")


SPOILT = {
    "replicates = 30": ("replicates = 29", "replicates = 29: at least 30"),
    "months = 48": ("months = 47", "must be iuc-asia for 48 months"),
    "broker = {": ("brokers = {", "[programmes] must be broker and events"),
    "seed = ": ("seed = 1 #", "seed must be"),
    "[vary]": ("[design]\nkind = 'latin-hypercube'\npoints = 9\n[vary]", "must be a plain factorial"),
    "[programmes]": ("[fixed]\nladder.memorandum_rate = 0.2\n[programmes]", "must be iuc-asia for 48 months"),
    "title": ("titel", "unknown key titel"),
}


@pytest.mark.parametrize("before", SPOILT)
def test_a_study_that_is_not_what_was_asked_for_is_told(before, tmp_path, monkeypatch):
    monkeypatch.setattr("experiments.cli.app", lambda *_, **__: 0)  # no runs: the file is all that is looked at
    after, why = SPOILT[before]
    with pytest.raises(FileNotFoundError):
        solved(5, ANN, tmp_path, replicates=30)
    file = tmp_path / mayor.STUDY
    file.write_text(file.read_text().replace(before, after, 1))
    _, words = said(5, {"difference": 1.0}, tmp_path)
    assert words["study"][0] == 0.0
    assert why in words["study"][1]


def test_a_page_that_claims_too_much_is_told(tmp_path):
    _, words = said(5, {"advice": "This will prove optimal: 8.0 pilots more.", "difference": 8.0}, tmp_path)
    assert words["words"] == (0.0, "claims more than a model can: optimal, prove, will")
    _, words = said(5, {"advice": "The model shows 8 pilots more.", "difference": 8.04}, tmp_path)
    assert words["words"][0] == 1.0


def test_answers_of_another_machine_are_held_against_the_window(tmp_path):
    mine = TASKS[1].draw(ANN)
    near = of_one_history(OTHER_SEEDS[:100], mine.override, mine.outcome)
    assert not said(1, near, tmp_path, same=True)[0].passed
    assert said(1, near, tmp_path, same=False)[0].passed
    far = near | {"mean": near["mean"] + 20, "single": near["single"] + 200}
    assert {a for a, (p, _) in said(1, far, tmp_path, same=False)[1].items() if p == 0.0} == {"mean", "single"}


@pytest.mark.slow
def test_every_draw_has_the_same_verdict():
    for outcome in one_history.OUTCOMES:
        for capacity in one_history.CAPACITIES:
            sample = one_history.runs(outcome, capacity, OTHER_SEEDS[:100])
            assert one_history.right(sample)["runs_needed"] > one_history.RUNS, (outcome, capacity)
    base = same_luck.pilots((), OTHER_SEEDS[:100])
    for capacity in same_luck.CAPACITIES:
        for scale in same_luck.SCALES:
            override = {"broker.capacity": capacity, "calendar.scale": scale}
            arm, apart = pilots(override, OTHER_SEEDS[:100]), pilots(override, OTHER_SEEDS[100:200])
            found = same_luck.right(base, arm, apart)
            assert found["difference"] > 2 * found["half_width"], override
            assert found["ratio"] > 1.5, override
    for without in together.ORIGINS:
        assert t_interval(together.dependences(without, OTHER_SEEDS[:20]))[1] > 0, without
    for rule in decision.RULES:
        changed = decision.changes(rule, OTHER_SEEDS[:20])
        assert all(t_interval(changed[:, x])[2] < 0 for x in (0, 1)), rule
    for wish in mayor.WISHES:
        for capacity in mayor.CAPACITIES:
            for scale in mayor.SCALES:
                a = abm.run_many("iuc-asia", seeds=OTHER_SEEDS[:100], override={"broker.capacity": capacity})[wish]
                b = abm.run_many("iuc-asia", seeds=OTHER_SEEDS[:100], override={"calendar.scale": scale})[wish]
                assert t_interval((a - b).to_numpy())[1] > 0, (wish, capacity, scale)


def test_draws_follow_from_names_alone():
    assert TASKS[1].draw(ANN) == TASKS[1].draw(Student(" cities 2027", "ANN "))
    firsts = {TASKS[1].draw(Student(course, f"s{k}")).seeds[0] for course in ("a", "b") for k in range(500)}
    assert len(firsts) == 1000
    assert seeds(ANN, 1, 1000)[-1] < OTHER_SEEDS[0]
