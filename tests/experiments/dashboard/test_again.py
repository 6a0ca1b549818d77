"""The files and the command of a view are the view."""

import pytest

from abm.input.entries import PolicyEntry
from abm.input.load import load
from abm.parameters import ConfigError
from abm.rules.policies.kinds import KINDS
from experiments.analysis.comparison import compare
from experiments.dashboard import runs
from experiments.dashboard.again import again
from experiments.dashboard.answer import answer
from experiments.dashboard.asked import Arm, Asked, asked
from experiments.dashboard.offered import kinds_to_add
from experiments.figures.text import decimals, number

CALL = {"kind": "joint-call", "strength": 12, "start": "2017-03", "end": "2017-11"}


def same(one, other):
    """Say whether two scenarios run alike, whatever they are called."""
    named = ("name", "title", "description")
    return all(getattr(one, key) == getattr(other, key) for key in one._fields if key not in named)


def saved(folder, files):
    """Write the files of a view and return the folder."""
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def all_arms(offered):
    """Yield an arm of every scenario with all that it can leave out, and with every kind that can be added."""
    for offer in offered.values():
        yield Arm(offer.name, (("broker.capacity", 7.0), ("calendar.scale", 1.5)))
        for kind in (*offer.events, *offer.policies):
            yield Arm(offer.name, (), (kind,))
        yield Arm(offer.name, (), tuple(sorted((*offer.events, *offer.policies))))
        every = tuple(PolicyEntry(kind, offer.scenario.start, strength=KINDS[kind].legal[1]) for kind in kinds_to_add())
        yield Arm(offer.name, (), offer.policies[:1], every)


def test_the_file_of_every_arm_is_the_arm(offered, tmp_path):
    arms, refused = list(all_arms(offered)), 0
    for n, arm in enumerate(arms):
        try:
            built = arm.built(offered)
        except ConfigError:  # it overlaps with a policy that there is, or concerns cities that never come
            refused += 1
            continue
        folder = tmp_path / str(n)
        folder.mkdir()
        files = again(Asked(Arm("iuc-asia"), arm, 24, 48), offered)["files"]
        if not arm.plain:
            assert same(load(saved(folder, files) / "B.toml"), built), (arm, files)
    assert len(arms) > 200 and refused < len(arms) / 10


@pytest.mark.parametrize(
    ("a", "b", "command", "files"),
    [
        ({}, {"set": {"broker.capacity": 8}}, "iuc-asia B.toml", ["B.toml"]),
        ({"set": {"broker.capacity": 8}}, {}, "A.toml iuc-asia", ["A.toml"]),
        ({"scenario": "no-broker"}, {}, "no-broker iuc-asia", []),
        ({}, {}, "iuc-asia B.toml", ["B.toml"]),
        ({"without": ["expo"]}, {"policies": [{"kind": "kpi"}]}, "A.toml B.toml", ["A.toml", "B.toml"]),
    ],
)
def test_the_command_names_files_only_for_what_is_no_scenario(offered, a, b, command, files):
    found = again(asked({"a": a, "b": b}, offered), offered)
    assert found["command"] == f"twinhelix compare {command} --seeds 24 --months 48"
    assert list(found["files"]) == files


@pytest.mark.compiled("forty-eight runs")
def test_the_command_gives_the_numbers_of_the_page(offered, request_of, tmp_path):
    one = request_of(set={"broker.capacity": 8}, without=["matchmaking", "grant"], policies=[CALL])
    a, b = (runs.more(arm.built(offered, one.months), None, one.seeds, lambda: False) for arm in one.arms)
    page = answer(one, a, b, offered)
    folder = saved(tmp_path, page["again"]["files"])
    told = compare(["iuc-asia", folder / "B.toml"], one.seeds, one.months, progress=False).differences
    for row in told.to_dict("records"):
        if row["outcome"] in page["outcomes"]:
            shown = page["outcomes"][row["outcome"]]
            assert shown["difference"][:3] == pytest.approx([row["difference"], row["low"], row["high"]], rel=1e-4)
            places = decimals((row["high"] - row["low"]) / 2)
            assert shown["said"]["number"] == number(row["difference"], places, True)
