from . import test_region
from . import test_role_slots
from . import test_route
from . import test_signature_access
from . import test_signature_void
from . import test_signing
from . import test_signing_at_once
from . import test_approval_step
