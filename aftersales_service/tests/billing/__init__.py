from . import test_analytic
from . import test_collection
from . import test_handover
from . import test_foreign_currency
