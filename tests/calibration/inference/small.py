"""A calibration of a few hundred runs of two parameters, for the tests of inference: seconds instead of minutes."""

SMALL = """scenario = "iuc-asia"
runs = {runs}
seed = 5
fit = ["pilot cases", "cities with a plan", "implemented cases"]
hold_outs = ["Chinese cities in a case", "busiest European city"]
[vary]
ladder.pilot_rate = "prior"
pairing.partners = "prior"
"""


def write_small(folder, runs=200, more=""):
    """Write ``small.toml`` and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "small.toml"
    path.write_text(more + SMALL.format(runs=runs), encoding="utf-8")
    return path


def left_in(folder):
    """Return the bytes of everything that a calibration left, but for what says when and how long."""
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return {
        name: data
        for name, data in found.items()
        if name.startswith(("posterior.", "tables/", "calibration.")) and not name.endswith(".parquet")
    }
