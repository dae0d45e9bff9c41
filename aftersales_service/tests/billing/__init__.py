from . import test_analytic
from . import test_posting_matrix
from . import test_posting_ways
from . import test_collection
from . import test_custody
from . import test_handover
from . import test_handover_sheet
from . import test_foreign_currency
