"""Reading a protocol is light: a fresh process says what it costs."""

import subprocess
import sys
from pathlib import Path

GOOD = Path(__file__).parent / "good.yaml"
CODE = """
import sys
from plastisim.protocol import json_schema, load_protocol, resolved_text
resolved_text(load_protocol(sys.argv[1]))
json_schema()
print(*sys.modules)
"""


def test_nothing_heavy_is_imported():
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(GOOD)], capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    roots = {name.partition(".")[0] for name in done.stdout.split()}
    assert roots.isdisjoint({"numba", "xarray", "zarr", "matplotlib", "scipy", "jax", "pandas"})
