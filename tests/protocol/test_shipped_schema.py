"""The schema beside the shipped protocols is the one that `plastisim schema` prints."""

import json

from plastisim.protocol import json_schema, shipped


def test_the_schema_beside_the_shipped_protocols_is_up_to_date():
    """If this fails: plastisim schema > protocols/protocol.schema.json."""
    any_protocol = next(iter(shipped().values()))
    beside = any_protocol.with_name("protocol.schema.json")
    assert json.loads(beside.read_text("utf-8")) == json_schema()


def test_every_shipped_protocol_names_it_for_editors():
    for path in shipped().values():
        first = path.read_text("utf-8").splitlines()[0]
        assert first == "# yaml-language-server: $schema=protocol.schema.json"
