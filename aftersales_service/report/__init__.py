from . import aftersales_print_mixin
from . import report_aftersales_customer_file
from . import report_aftersales_dispatch
from . import report_aftersales_parts_requisition
from . import report_aftersales_parts_return
from . import report_aftersales_service_card
from . import report_aftersales_settlement
