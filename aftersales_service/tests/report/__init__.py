from . import test_call_print
from . import test_reports
