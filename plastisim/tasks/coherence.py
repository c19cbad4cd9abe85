"""How the coherence of a trial's evidence is drawn."""

from __future__ import annotations

from typing import Annotated, Literal

import jax
import jax.numpy as jnp
from pydantic import Field

from plastisim.draws import uniform
from plastisim.frozen import Frozen

Coherence = Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)]


class UniformCoherence(Frozen):
    """Any coherence from `low` to `high`."""

    kind: Literal["uniform"]
    low: Coherence
    high: Coherence

    def draw(self, key: jax.Array, dtype: str) -> jax.Array:
        """The coherence of one trial."""
        return uniform(key, (), dtype, self.low, self.high)

    def largest(self) -> float:
        """The largest distance from 0."""
        return max(abs(self.low), abs(self.high))


class ListedCoherence(Frozen):
    """One of some values, all equally likely; a value may be written more than once."""

    kind: Literal["values"]
    values: Annotated[list[Coherence], Field(min_length=1)]

    def draw(self, key: jax.Array, dtype: str) -> jax.Array:
        """The coherence of one trial."""
        which = jax.random.randint(key, (), 0, len(self.values), jnp.int32)
        return jnp.array(self.values, dtype)[which]

    def largest(self) -> float:
        """The largest distance from 0."""
        return max(map(abs, self.values))
