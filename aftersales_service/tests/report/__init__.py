from . import test_call_print
from . import test_reports
from . import test_fault_reports
from . import test_long_prints
from . import test_customer_file
