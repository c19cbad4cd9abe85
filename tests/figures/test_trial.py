"""The timing diagram shows the periods of the protocol."""

from __future__ import annotations

from plastisim.figures import draw
from plastisim.figures.style import CUE, FAINT, PLASTIC
from tests.figures.artists import named
from tests.figures.synthetic import tree


def test_input_and_plasticity_stand_where_the_protocol_has_them():
    figure = draw(tree(), "trial")
    drawn = {
        gid: [_drawn(bar) for bar in named(figure, gid)]
        for gid in ("input_0", "input_1", "weights_0", "weights_1")
    }
    assert drawn == {
        "input_0": [(0, 50, CUE)],
        "input_1": [(50, 100, FAINT)],
        "weights_0": [(0, 50, FAINT)],
        "weights_1": [(50, 100, PLASTIC)],
    }


def _drawn(bar):
    from matplotlib.colors import to_hex

    times = bar.get_paths()[0].vertices[:, 0]
    return times.min(), times.max(), to_hex(bar.get_facecolor()[0]).upper()
