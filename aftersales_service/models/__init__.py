# The order of these lines is the order of dependence: a domain may use those
# above it, never those below (tests/test_architecture.py holds that).
from . import mixin
from . import organization
from . import equipment
from . import intake
from . import field
from . import spare
from . import workshop
from . import billing
from . import quality
from . import bridge
