from . import aftersales_swap_mixin
from . import aftersales_parts_requisition
from . import aftersales_parts_requisition_line
from . import aftersales_part_verdict_mixin
from . import aftersales_part_use
from . import aftersales_parts_return
from . import aftersales_parts_return_line
