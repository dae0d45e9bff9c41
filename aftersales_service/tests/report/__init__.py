from . import test_reports
from . import test_customer_file
