from . import aftersales_signature_sign
from . import aftersales_service_request_merge
from . import aftersales_service_request_solve
from . import aftersales_dispatch_event
from . import aftersales_equipment_hand_over
from . import aftersales_service_request_wait
from . import aftersales_sla_clock_extend
from . import res_config_settings
