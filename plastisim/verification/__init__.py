"""Does a run show what its protocol says it shows?"""

from plastisim.verification.beforehand import not_to_come
from plastisim.verification.door import verify
from plastisim.verification.verdicts import Verdict, compare

__all__ = ["Verdict", "compare", "not_to_come", "verify"]
