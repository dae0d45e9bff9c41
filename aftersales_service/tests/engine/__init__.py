from . import test_amount_words
from . import test_clock
from . import test_clock_counted
from . import test_fault_level
from . import test_words
from . import test_meter
from . import test_tier
