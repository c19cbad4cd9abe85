"""What an experimenter may write: text -> frozen models, or every problem at once."""

from plastisim.protocol.foreign import Foreign
from plastisim.protocol.head import Protocol
from plastisim.protocol.load import load_protocol, protocol_from_text, with_imports
from plastisim.protocol.online import OnlineProtocol
from plastisim.protocol.resolve import resolved_text
from plastisim.protocol.schema import json_schema
from plastisim.protocol.sources import shipped

__all__ = [
    "Foreign",
    "OnlineProtocol",
    "Protocol",
    "json_schema",
    "load_protocol",
    "protocol_from_text",
    "resolved_text",
    "shipped",
    "with_imports",
]
