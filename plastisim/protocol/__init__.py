"""What an experimenter may write: text -> frozen models, or every problem at once."""

from plastisim.protocol.head import Protocol
from plastisim.protocol.load import load_protocol, protocol_from_text
from plastisim.protocol.online import OnlineProtocol
from plastisim.protocol.resolve import resolved_text
from plastisim.protocol.rule_kind import ForeignRule, imported
from plastisim.protocol.schema import json_schema
from plastisim.protocol.sources import shipped

__all__ = [
    "ForeignRule",
    "OnlineProtocol",
    "Protocol",
    "imported",
    "json_schema",
    "load_protocol",
    "protocol_from_text",
    "resolved_text",
    "shipped",
]
