from . import test_amount_words
from . import test_guarantee
from . import test_verdict
from . import test_meter
from . import test_fault_level
from . import test_words
