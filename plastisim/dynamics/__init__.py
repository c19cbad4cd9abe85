"""The rate equation, its Jacobian beside it, and the transfer functions."""

from plastisim.dynamics.equation import drive, jacobian, next_rate, velocity
from plastisim.dynamics.network import Network, State
from plastisim.dynamics.presentation import Period
from plastisim.dynamics.transfer import TRANSFERS, Transfer

__all__ = [
    "TRANSFERS",
    "Network",
    "Period",
    "State",
    "Transfer",
    "drive",
    "jacobian",
    "next_rate",
    "velocity",
]
