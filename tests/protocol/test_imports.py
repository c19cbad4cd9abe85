"""Reading a protocol is light: a fresh process says what it costs."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
LOAD = """
import sys
from plastisim.protocol import load_protocol, resolved_text
resolved_text(load_protocol(sys.argv[1]))
print(*sys.modules)
"""
SCHEMA = """
import sys
from plastisim.protocol import json_schema
json_schema()
print(*sys.modules)
"""
HEAVY = {"numba", "xarray", "zarr", "matplotlib", "scipy", "pandas"}


def imported_by(code: str, *arguments: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    return {name.partition(".")[0] for name in done.stdout.split()}


def test_nothing_heavy_is_imported_for_an_online_protocol():
    assert imported_by(LOAD, str(HERE / "good.yaml")).isdisjoint({*HEAVY, "jax"})


def test_of_what_is_heavy_only_jax_is_imported_for_training_and_for_the_schema_of_all_engines():
    """JAX brings SciPy."""
    for found in (imported_by(LOAD, str(HERE / "good_bptt.yaml")), imported_by(SCHEMA)):
        assert found.isdisjoint({*HEAVY, "optax"} - {"scipy"})
        assert "jax" in found
