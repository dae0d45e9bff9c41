from . import aftersales_intake_mixin
from . import aftersales_remote_mixin
from . import aftersales_triage_mixin
from . import aftersales_qr_mixin
from . import aftersales_service_request
