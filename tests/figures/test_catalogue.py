"""Every figure of the catalogue can be drawn of every run, legibly, and says where it is from."""

from __future__ import annotations

import itertools
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from PIL import Image

from plastisim.figures import FIGURES, FIGURES_OF, draw, save
from plastisim.runs import run
from plastisim.store import open_run
from tests.figures.artists import drawn_texts
from tests.figures.synthetic import tree
from tests.figures.trained import CUES, DIVERGED, FLIP_FLOP, GIVEN_UP, LEARNED, ONE_ARM, trained
from tests.runs.tiny import SMALL, TINY

LONG_TRIAL = (
    "schedule.trial=["
    "{period: wait, duration: 20 ms, input: none, plastic: false},"
    "{period: cue, duration: 30 ms, input: cue, plastic: true},"
    "{period: freeze, duration: 40 ms, input: none, plastic: true},"
    "{period: response, duration: 300 ms, input: none, plastic: false}]",
)
ONE_SHOT = (
    "schedule.epochs=1",
    "schedule.trial.1.plastic=false",
    "rule={kind: hopfield, gain: 4.0, base: alone}",
    "record.rate.epochs=[0, 1]",
    "record.spectra.full_at=[0, 1]",
)
ONLINE = {
    "whole": {},
    "interrupted": {"until": 3, "state": "interrupted"},
    "failed before a whole epoch": {"until": -1, "state": "failed: it diverged"},
    "nothing recorded": {"more": ("record={}", "test={every: 2, relax: 100 ms}")},
    "no groups": {"without": ("attractors", "spectra", "full_spectra", "trajectories")},
    "one epoch, at once": {"more": ONE_SHOT},
    "one cue": {"more": ("cues.n_cues=1", "test={every: 2, relax: 100 ms, retain: 10 ms}")},
    "many cues, a trial of many periods": {"more": ("cues.n_cues=120", *LONG_TRIAL)},
}

ONE_NETWORK = (*ONE_ARM, "training.networks=1")
ALL_WAYS = {0: (5, LEARNED), 1: (6, GIVEN_UP), 2: (3, DIVERGED), 5: (7, DIVERGED)}
TWELVE_ARMS = (
    "loss.regularizers.0.strength=[0.0, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1, 3, 10]",
)
TRAINED = {
    "whole": {},
    "interrupted": {"until": 3, "state": "interrupted"},
    "interrupted before training": {"until": 0, "state": "interrupted"},
    "failed before a whole epoch": {"until": -1, "state": "failed: no memory"},
    "nothing recorded": {"more": ("record={}",)},
    "no groups": {"without": ("test", "training", "singular_values", "trajectories")},
    "one network": {"more": ONE_NETWORK},
    "one network, diverged": {"more": ONE_NETWORK, "stops": {0: (1, DIVERGED)}},
    "stopped in every way": {"stops": ALL_WAYS},
    "many arms": {"more": TWELVE_ARMS, "stops": ALL_WAYS},
    "three bits": {"more": FLIP_FLOP},
    "many cues": {"more": CUES},
    "one trial of one epoch": {"more": ("record.trials={n_trials: 1, epochs: [8]}",)},
    "one epoch": {
        "more": ("training.epochs=1", "test.every=1", "record={singular_values: {every: 1}}")
    },
}
RUNS = {"online": (tree, ONLINE), "bptt": (trained, TRAINED)}
CASES = [
    (kind, engine, which)
    for engine, kinds in FIGURES_OF.items()
    for kind in kinds
    for which in RUNS[engine][1]
]


def a_run_for(kind: str, **how: object) -> xr.DataTree:
    """A synthetic run of the engine whose figure it is."""
    (engine,) = (engine for engine, kinds in FIGURES_OF.items() if kind in kinds)
    return RUNS[engine][0](**how)


@pytest.mark.parametrize(("kind", "engine", "which"), CASES)
def test_no_words_are_too_small_overlap_or_leave_the_page(kind, engine, which):
    make, runs = RUNS[engine]
    figure = draw(make(**runs[which]), kind)
    with drawn_texts() as texts:
        figure.draw_without_rendering()
    page = figure.bbox
    for text, extent, size in texts:
        assert size >= 6.5, text
        assert page.x0 <= extent.x0, text
        assert extent.x1 <= page.x1, text
        assert page.y0 <= extent.y0, text
        assert extent.y1 <= page.y1, text
    for (one, a, _), (other, b, _) in itertools.combinations(texts, 2):
        across = min(a.x1, b.x1) - max(a.x0, b.x0)
        along = min(a.y1, b.y1) - max(a.y0, b.y0)
        assert min(across, along) < 1.0, f"{one!r} and {other!r} overlap"


@pytest.mark.parametrize("kind", FIGURES_OF["online"])
def test_numbers_that_are_not_finite_are_left_out(kind):
    run_tree = tree()
    attractors = run_tree["attractors"].to_dataset().copy(deep=True)
    for name in ("state", "cue_end", "spectral_abscissa", "overlap_matrix", "retention_overlap"):
        attractors[name][..., 0] = np.nan
    run_tree["attractors"] = attractors.assign(is_fixed_point=attractors.is_fixed_point & False)
    run_tree["full_spectra"].eigenvalues[:, 0] = np.nan
    run_tree["trajectories"].rate[-1, 0] = np.nan
    draw(run_tree, kind).draw_without_rendering()


@pytest.mark.parametrize(
    ("kind", "ending"),
    [*((kind, ".png") for kind in FIGURES), ("freeze_in", ".pdf"), ("learning", ".pdf")],
)
def test_the_same_run_gives_the_same_bytes_whatever_the_users_settings(kind, ending, tmp_path):
    import matplotlib

    (plain,) = save(draw(a_run_for(kind), kind), tmp_path / f"plain{ending}", tree())
    own = {"font.size": 20.0, "axes.grid": True, "savefig.bbox": "tight", "lines.linewidth": 7.0}
    with matplotlib.rc_context(own):
        before = dict(matplotlib.rcParams)
        (mine,) = save(draw(a_run_for(kind), kind), tmp_path / f"mine{ending}", tree())
        assert dict(matplotlib.rcParams) == before
    assert plain.read_bytes() == mine.read_bytes()


def test_another_run_gives_other_bytes(tmp_path):
    """So that the test above can fail."""
    for kind in ("robustness", "learning", "trials"):
        a = save(draw(a_run_for(kind), kind), tmp_path / "a.png", tree())[0]
        b = save(draw(a_run_for(kind, seed=1), kind), tmp_path / "b.png", tree())[0]
        assert a.read_bytes() != b.read_bytes()


def test_a_path_without_an_ending_gets_both(tmp_path):
    written = save(draw(tree(), "trial"), tmp_path / "run.zarr", tree())
    assert written == [tmp_path / "run.zarr.png", tmp_path / "run.zarr.pdf"]
    assert all(path.exists() for path in written)


def test_a_picture_says_which_run_it_shows(tmp_path):
    png, pdf = save(draw(tree(), "trial"), tmp_path / "a", tree())
    with Image.open(png) as picture:
        said = picture.info
    assert said["Title"] == "A synthetic run"
    assert said["Source"] == f"store {'ab' * 32}, seed 5, plastisim 0.0"
    assert said["dpi"] == pytest.approx((200, 200), abs=0.1)
    text = pdf.read_bytes()
    assert b"A synthetic run" in text
    assert b"seed 5" in text
    assert b"CreationDate" not in text


def test_a_real_run_can_be_drawn(tmp_path):
    run_tree = open_run(run(SMALL, TINY, out=tmp_path / "run.zarr"))
    for kind in FIGURES_OF["online"]:
        draw(run_tree, kind).draw_without_rendering()


def test_a_figure_that_is_not_there_is_refused_by_name():
    with pytest.raises(ValueError, match='got "fig7"; there are freeze_in, robustness, trial, lea'):
        draw(tree(), "fig7")


@pytest.mark.parametrize(("engine", "other"), [("online", "bptt"), ("bptt", "online")])
def test_a_figure_of_another_engine_is_refused_and_its_own_are_named(engine, other):
    run_tree, own = RUNS[engine][0](), ", ".join(FIGURES_OF[engine])
    for kind in FIGURES_OF[other]:
        said = f'^got "{kind}"; of a run of engine {engine} there are {own}$'
        with pytest.raises(ValueError, match=said):
            draw(run_tree, kind)


def test_matplotlib_is_imported_when_a_figure_is_drawn_and_pyplot_never():
    code = (
        "import sys\n"
        "from plastisim.figures import FIGURES, draw\n"
        "assert not {'matplotlib', 'xarray'} & sys.modules.keys()\n"
        "from tests.figures.test_catalogue import a_run_for\n"
        "for kind in FIGURES: draw(a_run_for(kind), kind)\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, check=False)
    assert done.returncode == 0
