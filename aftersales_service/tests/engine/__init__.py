from . import test_amount_words
from . import test_fault_level
from . import test_words
