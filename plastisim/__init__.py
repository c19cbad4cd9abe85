"""plastisim: a laboratory for local learning rules in recurrent rate networks."""

__version__ = "0.1.0"
