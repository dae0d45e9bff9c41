from . import test_followup
from . import test_tier_measure
from . import test_tier_review
from . import test_tier_rights
from . import test_tier_line
from . import test_tier_random
