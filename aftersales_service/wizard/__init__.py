from . import aftersales_signature_sign
from . import aftersales_service_request_solve
from . import aftersales_service_request_verdict
from . import aftersales_dispatch_event
from . import res_config_settings
