from . import test_intake_data
from . import test_remote_support
from . import test_request_batch
from . import test_request_closing
from . import test_request_flow
from . import test_request_form
from . import test_request_rights
