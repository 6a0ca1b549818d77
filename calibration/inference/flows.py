"""What a record says of the unknowns, by neural flows: an ensemble of them, beside :mod:`calibration.posterior`.

Each flow is a masked autoregressive one (Papamakarios, Pavlakou & Murray 2017) that learns the density of the unknowns
given the features from runs of the prior (neural posterior estimation: Greenberg, Nonnenmacher & Macke 2019, one
round, amortised), by the package sbi of the extra ``calibration``. One flow is off by a tenth of a standard deviation
here or there, another one elsewhere; draws of several together are not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from importlib.util import find_spec
from io import StringIO
from typing import Any, NamedTuple

import numpy as np

from abm.parameters import ConfigError
from calibration.posterior import Sample, feature_names, scales

FEWEST = 2  # flows of an ensemble
HIDDEN, TRANSFORMS = 50, 5
TOGETHER = 100  # records that are drawn for at a time: a flow draws one unknown after the other, of all of them at once
DRAWS = 2000


def available() -> bool:
    """Say whether the extra is there that flows need."""
    return find_spec("sbi") is not None and find_spec("torch") is not None


class Flows(NamedTuple):
    """Flows that are fitted: any record's posterior, without a further run.

    Attributes
    ----------
    members
        The density of the unknowns given the features, as each flow has it.
    names
        Of the features, for refusals.
    """

    members: tuple[Any, ...]
    names: tuple[str, ...]

    def each(self) -> tuple[Flows, ...]:
        """Return the flows one by one, to be tested alone."""
        return tuple(Flows((member,), self.names) for member in self.members)

    def posterior(self, features: np.ndarray, n: int = DRAWS, seed: int = 1) -> Sample:
        """Return the posterior at the features of a record, shape (n_features,): ``n`` draws of equal weight."""
        return next(self.posteriors(features[None], n, seed))

    def posteriors(self, features: np.ndarray, n: int = DRAWS, seed: int = 1) -> Iterator[Sample]:
        """Yield the posterior at each of some records, shape (n_records, n_features); every flow has its share."""
        import torch

        shares = [len(part) for part in np.array_split(np.arange(n), len(self.members))]
        for some in self.batches(features):
            with seeded(seed), torch.no_grad():
                drawn = torch.cat([flow.sample((k,), some) for flow, k in zip(self.members, shares, strict=True)])
            for record in drawn.numpy().astype(float).swapaxes(0, 1):
                yield Sample(record, np.full(n, 1 / n))
            seed += 1

    def denser(self, features: np.ndarray, z: np.ndarray, n: int = 500, seed: int = 1) -> np.ndarray:
        """Return which share of each flow's draws it holds for likelier than the truth ``z``: uniform if it is right.

        Shapes (n_records, n_features) and (n_records, n_unknowns) give (n_flows, n_records).
        """
        import torch

        found, first = [], 0
        for some in self.batches(features):
            truth = torch.as_tensor(z[first : first + len(some)], dtype=torch.float32)
            with seeded(seed + first), torch.no_grad():
                shares = [
                    (f.log_prob(f.sample((n,), some), some) > f.log_prob(truth[None], some)) for f in self.members
                ]
            found.append(torch.stack(shares).double().mean(dim=1).numpy())
            first += len(some)
        return np.concatenate(found, axis=1)

    def batches(self, features: np.ndarray) -> Iterator[Any]:
        """Yield features of a hundred records at a time as flows take them; what has no number stops here."""
        for record in features[~np.isfinite(features).all(axis=1)][:1]:
            name = self.names[int(np.flatnonzero(~np.isfinite(record))[0])]
            raise ConfigError(f"{name}: the record has no number; give it one, as calibration.statistics.features does")
        import torch

        for first in range(0, len(features), TOGETHER):
            yield torch.as_tensor(features[first : first + TOGETHER], dtype=torch.float32)


def fit(z: np.ndarray, features: np.ndarray, seed: int, names: Sequence[str] | None = None, n: int = FEWEST) -> Flows:
    """Fit an ensemble of ``n`` flows to runs of the prior; a tenth of the runs says when each has learnt enough.

    Parameters
    ----------
    z, features
        Unknowns on the normal scale, shape (n_runs, n_unknowns), and features of the lists, shape (n_runs, n_features).
    seed
        Of the flows' first weights, and of the order in which they see the runs.
    names
        Of the features, for refusals.

    Raises
    ------
    ConfigError
        One line if the extra is missing, on an ensemble of fewer than two, and on what
        :func:`calibration.posterior.fit` refuses.
    """
    if not available():
        raise ConfigError("flows: sbi is not installed; pip install 'twinhelix[calibration]'")
    if n < FEWEST:
        raise ConfigError(f"flows = {n}: must be at least {FEWEST}, for one alone is off here or there")
    named = feature_names(features, names)
    scales(features, named)
    seeds = np.random.SeedSequence(seed).generate_state(n).tolist()
    return Flows(tuple(flow(z, features, s) for s in seeds), named)


def flow(z: np.ndarray, features: np.ndarray, seed: int) -> Any:
    """Return one flow that has learnt."""
    import torch
    from sbi.inference import NPE
    from sbi.neural_nets import posterior_nn

    k = z.shape[1]
    shape = posterior_nn("maf", hidden_features=HIDDEN, num_transforms=TRANSFORMS)
    prior = torch.distributions.MultivariateNormal(torch.zeros(k), torch.eye(k))
    with seeded(seed):
        learner = NPE(prior, shape, tracker=Untold(), show_progress_bars=False)
        learner.append_simulations(*(torch.as_tensor(x, dtype=torch.float32) for x in (z, features)))
        with redirect_stdout(StringIO()):  # it prints that it is done, whatever it is asked
            return learner.train().eval()


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Let torch draw from a seed, on one thread, as sums on more depend on their number; then leave it as it was."""
    import torch

    threads = torch.get_num_threads()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        torch.set_num_threads(1)
        try:
            yield
        finally:
            torch.set_num_threads(threads)


class Untold:
    """Takes what sbi would write of its progress into a folder where we are."""

    log_dir = None

    def log_metric(self, name: str, value: float, step: int | None = None) -> None:
        """Take a number."""

    def flush(self) -> None:
        """Write nothing."""
