from . import aftersales_visit_mixin
from . import aftersales_dispatch
from . import aftersales_service_card
