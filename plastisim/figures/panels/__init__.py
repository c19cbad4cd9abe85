"""Panels that figures are put together from: each draws one thing on axes it is given."""
