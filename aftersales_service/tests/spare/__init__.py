from . import test_requisition_signing
from . import test_requisition_issue
from . import test_part_use
from . import test_part_posting
from . import test_part_quantities
from . import test_parts_return
from . import test_parts_return_value
from . import test_two_at_once
