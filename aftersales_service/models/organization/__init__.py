from . import aftersales_preset_bundle
from . import aftersales_parameter
from . import aftersales_region
from . import aftersales_role
from . import aftersales_role_assignment
from . import aftersales_approval_route
from . import aftersales_approval_step
from . import aftersales_signature
