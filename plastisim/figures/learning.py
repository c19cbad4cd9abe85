"""The learning curves of an ensemble of networks that gradients train."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from xarray import DataTree

_ROW = 3.6  # mm, of the key


def draw_learning(tree: DataTree) -> Figure:
    """Score, loss, gradient, weight change and singular values over epochs, network by network.

    A: the followed score in test trials; marks where networks stopped, which then keep their last
    result. B: how many networks still train. C, D: loss in test trials and, without regularizers,
    in training. E: norm of the gradient before clipping. F: norm of the change of the recurrent
    weights in an epoch. G, H: singular values of the first network's recurrent weights and of
    their change.

    Networks are thin lines, the mean over those that have a number is thick, its standard error
    shaded. Of very many epochs, some hundreds are drawn.
    """
    return _draw(tree, log_epoch=False)


def draw_learning_log(tree: DataTree) -> Figure:
    """As learning, over the logarithm of epochs: what comes early is seen; epoch 0 is left out."""
    return _draw(tree, log_epoch=True)


def _draw(tree: DataTree, *, log_epoch: bool) -> Figure:
    from plastisim.figures.page import letter, new_page, place
    from plastisim.figures.panels.curves import draw_curves
    from plastisim.figures.panels.learning_key import draw_key, key_rows
    from plastisim.figures.panels.singular_values import draw_singular_values
    from plastisim.figures.panels.stops import draw_training, mark_stops
    from plastisim.figures.reading import standing
    from plastisim.figures.style import WIDTH, house_style
    from plastisim.figures.tasks import followed_score

    lefts, tops, width, height = (15, 76, 137), (8, 66, 116), 40, 35
    with house_style():
        figure = new_page(WIDTH, tops[2] + height + 12 + _ROW * key_rows(tree))

        def frame(name: str, column: int, row: int):
            letter(figure, name, lefts[column] - 13, tops[row] - 5)
            return place(figure, lefts[column], tops[row], width, height)

        letter(figure, "A", 2, tops[0] - 5)
        score, axes = followed_score(tree), place(figure, 15, tops[0], 101, 43)
        words = score.replace("_", " ")
        draw_curves(axes, tree, f"test/{score}", words, log_value=False, log_epoch=log_epoch)
        mark_stops(axes, tree, f"test/{score}")
        axes.set_title(standing(tree))
        letter(figure, "B", lefts[2] - 13, tops[0] - 5)
        draw_training(place(figure, lefts[2], tops[0], width, 43), tree, log_epoch=log_epoch)

        for name, column, row, path, label in (
            ("C", 0, 1, "test/loss", "loss in test trials"),
            ("D", 1, 1, "training/task_loss", "loss in training"),
            ("E", 2, 1, "training/gradient_norm", "norm of the gradient"),
            ("F", 0, 2, "training/change_norm", "‖ΔW‖ in an epoch"),
        ):
            axes = frame(name, column, row)
            draw_curves(axes, tree, path, label, log_value=True, log_epoch=log_epoch)
        for name, column, variable, label in (
            ("G", 1, "w_rec", "singular values of W"),
            ("H", 2, "w_rec_change", "singular values of ΔW"),
        ):
            axes = frame(name, column, 2)
            draw_singular_values(axes, tree, variable, label, log_epoch=log_epoch)
        key = place(figure, 15, tops[2] + height + 10, 162, _ROW * key_rows(tree))
        draw_key(key, tree, log_epoch=log_epoch)
    return figure
